package dev.tinyserv.agent.build;

import dev.tinyserv.agent.store.JsonStore;
import dev.tinyserv.agent.store.OwnFile;
import dev.tinyserv.buildpacks.base.ShellWord;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An app's key and known hosts for the length of one build: copies in a folder of the build, and programs that use
 * these copies and nothing of the server's user. What the build's ssh has learnt of hosts is taken back at the end.
 */
final class LentKey implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LentKey.class);

    /** The most bytes of known hosts that are taken back; an entry takes some hundred. */
    private static final int MAX_HOSTS = 256 * 1024;

    /** The programs that start ssh from a fixed path, so that PATH alone does not lead them to ours. */
    private static final List<String> OTHERS = List.of("scp", "sftp");

    private final Path folder;
    private final Lender lender;
    private final SshRefusals refusals;

    /** Whose hosts these are. */
    @FunctionalInterface
    interface Lender {
        /** Takes the content of the known hosts back, with what was learnt. */
        void takeBack(byte[] hosts) throws IOException;
    }

    private LentKey(Path folder, Lender lender) {
        this.folder = folder;
        this.lender = lender;
        this.refusals = new SshRefusals(folder);
    }

    /**
     * Lends a key and known hosts.
     *
     * @param folder the folder to make for them
     * @param key the app's private key; it need not exist
     * @param hosts the app's known hosts; the file need not exist
     * @param programs the paths of ssh, scp and sftp, by name; those that are not installed are missing
     * @param lender gets the known hosts at the end
     * @throws IOException if the copies cannot be made, naming a file
     */
    static LentKey in(Path folder, Path key, Path hosts, Map<String, Path> programs, Lender lender) throws IOException {
        try {
            return made(folder, key, hosts, programs, lender);
        } catch (FileSystemException e) {
            throw e;
        } catch (IOException e) { // what fails in the middle of a file does not name it
            FileSystemException named = new FileSystemException(folder.toString(), null, JsonStore.reason(e));
            named.initCause(e);
            throw named;
        }
    }

    private static LentKey made(Path folder, Path key, Path hosts, Map<String, Path> programs, Lender lender)
            throws IOException {
        Files.createDirectory(folder, OwnFile.FOLDER_MODE);
        LentKey lent = new LentKey(folder, lender);
        if (Files.exists(hosts)) {
            Files.copy(hosts, lent.known());
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

    /** The folder with the programs, which must be the first on the PATH of the build. */
    Path programs() {
        return folder.resolve("bin");
    }

    /** The variable by which git, and what starts git, finds our ssh; none where ssh is not installed. */
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

    /**
     * The options for ssh. Of two options of one name ssh takes the first, so none of these is undone by a later one.
     */
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

    /** A path in the quotes of ssh_config(5), for blanks and percent signs. */
    private static String word(Path path) {
        return '"' + path.toString().replace("\\", "\\\\").replace("\"", "\\\"").replace("%", "%%") + '"';
    }

    /**
     * Gives what ssh has learnt of hosts back to the lender. What is no regular file, or larger than 256 KiB, is left.
     * The build's processes must have ended, because they could put a link in the file's place.
     */
    @Override
    public void close() {
        try {
            byte[] learnt = learnt();
            if (learnt != null) {
                lender.takeBack(learnt);
            }
        } catch (IOException e) {
            LOG.warn("what was learnt of hosts is lost", e);
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
        return now.length > MAX_HOSTS ? null : now;
    }
}
