package dev.tinyserv.agent.build;

import dev.tinyserv.agent.store.DurableFile;
import dev.tinyserv.agent.store.JsonStore;
import dev.tinyserv.buildpacks.base.ShellWord;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An app's key and the hosts that it knows, for the length of one build: copies in a folder of the build, and programs
 * that use them and nothing of the server's user. What the build's ssh has learnt of hosts is taken back at the end.
 */
final class LentKey implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LentKey.class);

    /** In bytes; an entry takes some hundred. */
    private static final int MAX_HOSTS = 256 * 1024;

    /** Those that start ssh by themselves look for it at its place and not on the path. */
    private static final List<String> OTHERS = List.of("scp", "sftp");

    private final Path folder;
    private final Path hosts;

    private final SshRefusals refusals;

    private LentKey(Path folder, Path hosts) {
        this.folder = folder;
        this.hosts = hosts;
        this.refusals = new SshRefusals(folder);
    }

    /**
     * Lends them.
     *
     * @param folder is made
     * @param key the app's; it need not exist
     * @param hosts what the app knows of hosts, where what is learnt is written to
     * @param former what is known if there is no such file
     * @param programs where ssh is, by name; may be empty
     */
    static LentKey in(Path folder, Path key, Path hosts, Path former, Map<String, Path> programs) throws IOException {
        try {
            return made(folder, key, hosts, former, programs);
        } catch (FileSystemException e) {
            throw e;
        } catch (IOException e) { // what fails in the middle of a file does not name it
            FileSystemException named = new FileSystemException(folder.toString(), null, JsonStore.reason(e));
            named.initCause(e);
            throw named;
        }
    }

    private static LentKey made(Path folder, Path key, Path hosts, Path former, Map<String, Path> programs)
            throws IOException {
        Files.createDirectory(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        LentKey lent = new LentKey(folder, hosts);
        Path known = Files.exists(hosts) ? hosts : former;
        if (Files.exists(known)) {
            Files.copy(known, lent.known());
        }
        if (Files.exists(key)) {
            Files.copy(key, lent.key());
            Files.setPosixFilePermissions(lent.key(), PosixFilePermissions.fromString("rw-------"));
        }
        Files.createDirectory(lent.programs());
        Path ssh = programs.get("ssh");
        if (ssh != null) {
            lent.write("ssh", lent.refusals.noting(ShellWord.quoted(ssh.toString()) + lent.options()));
            for (String other : OTHERS) {
                Path program = programs.get(other);
                if (program != null) {
                    lent.write(
                            other,
                            "exec " + ShellWord.quoted(program.toString()) + " -S "
                                    + ShellWord.quoted(
                                            lent.programs().resolve("ssh").toString()) + " \"$@\"\n");
                }
            }
        }
        return lent;
    }

    /** The folder with the programs, which the build is to find before all others. */
    Path programs() {
        return folder.resolve("bin");
    }

    /** The variable by which git and what starts git find ssh; none where there is no ssh. */
    Map<String, String> variables() {
        Path ssh = programs().resolve("ssh");
        return Files.exists(ssh) ? Map.of("GIT_SSH_COMMAND", ShellWord.quoted(ssh.toString())) : Map.of();
    }

    SshRefusals refusals() {
        return refusals;
    }

    private Path key() {
        return folder.resolve("key");
    }

    private Path known() {
        return folder.resolve("known_hosts");
    }

    /** Of two options of one name ssh takes the first, so that none of these is undone by what follows. */
    private String options() {
        return " -F none -o BatchMode=yes -o IdentitiesOnly=yes -o IdentityAgent=none -o IdentityFile="
                + ShellWord.quoted(word(key())) + " -o UserKnownHostsFile=" + ShellWord.quoted(word(known()))
                + " -o GlobalKnownHostsFile=/dev/null -o StrictHostKeyChecking=accept-new -o UpdateHostKeys=no"
                + " -o ControlPath=none -o ConnectTimeout=30";
    }

    private void write(String name, String script) throws IOException {
        Path program = Files.writeString(programs().resolve(name), "#!/bin/sh\n" + script, StandardCharsets.UTF_8);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    }

    /** As ssh_config(5) has paths with blanks and percent signs. */
    private static String word(Path path) {
        return '"' + path.toString().replace("\\", "\\\\").replace("\"", "\\\"").replace("%", "%%") + '"';
    }

    /**
     * Takes back what was learnt; what is no file of ours, or too much, is left. The build's processes have ended before:
     * they could put a link into the place of what is looked at.
     */
    @Override
    public void close() {
        try {
            byte[] learnt = learnt();
            if (learnt != null) {
                Files.createDirectories(
                        hosts.resolveSibling(""),
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
                DurableFile.write(hosts, learnt);
            }
        } catch (IOException e) {
            LOG.warn("what was learnt of hosts cannot be written to {}", hosts, e);
        }
    }

    private byte @Nullable [] learnt() throws IOException {
        boolean ours = Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                && Files.isRegularFile(known(), LinkOption.NOFOLLOW_LINKS);
        if (!ours) {
            return null;
        }
        byte[] now;
        try (InputStream in = Files.newInputStream(known(), LinkOption.NOFOLLOW_LINKS)) {
            now = in.readNBytes(MAX_HOSTS + 1);
        }
        boolean same = Files.exists(hosts) && Arrays.equals(now, Files.readAllBytes(hosts));
        return same || now.length > MAX_HOSTS ? null : now;
    }
}
