package dev.tinyserv.agent;

import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.agent.store.DurableFile;
import dev.tinyserv.agent.store.JsonStore;
import dev.tinyserv.agent.store.OwnFile;
import dev.tinyserv.agent.store.WritableFolder;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.process.ProcessIdentity;
import dev.tinyserv.buildpacks.source.FileTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This unpacked distribution: where its launcher lies, and how agent and router are started from it so that they
 * outlive whoever starts them.
 *
 * @param home the folder that holds bin, lib and libexec
 * @param layout where tinyserv keeps its files
 */
record Installation(Path home, Layout layout) {
    private static final Logger LOG = LoggerFactory.getLogger(Installation.class);
    private static final int WRITABLE_BYTES = 64 * 1024;

    /**
     * The distribution that this process was started from.
     *
     * @throws Refusal if no distribution's launcher started it
     */
    static Installation current(Layout layout) {
        String home = System.getProperty("tinyserv.home");
        if (home == null) {
            throw new Refusal("start tinyserv with bin/tinyserv-remote of its distribution");
        }
        return new Installation(Path.of(home), layout);
    }

    /** The version of this distribution; {@code unpackaged} if its classes lie in no jar. */
    static String version() {
        String version = Installation.class.getPackage().getImplementationVersion();
        return version == null ? "unpackaged" : version;
    }

    Path launcher() {
        return home.resolve("bin/tinyserv-remote");
    }

    /**
     * Creates the folders under TINYSERV_ROOT that are missing, with mode 0700; the root gets the mode that the umask
     * leaves.
     *
     * @throws Refusal if one cannot be created
     */
    void createFolders() {
        try {
            Files.createDirectories(layout.root());
            for (Path folder : folders()) {
                if (!Files.isDirectory(folder)) {
                    createPrivate(folder);
                }
            }
        } catch (IOException e) {
            String what = e instanceof FileSystemException one && one.getFile() != null
                    ? one.getFile()
                    : layout.root().toString();
            throw new Refusal(
                    "cannot create " + what + ": " + JsonStore.reason(e) + "; create TINYSERV_ROOT=" + layout.root()
                            + " and give it to the user that tinyserv runs as",
                    e);
        }
    }

    private List<Path> folders() {
        return List.of(
                layout.apps(),
                layout.repositories(),
                layout.builds(),
                layout.caches(),
                layout.releases(),
                layout.run(),
                layout.instances(),
                layout.output(),
                layout.logs(),
                layout.root().resolve("data"),
                layout.hostKeys());
    }

    /** Empties the JVM's folder for temporary files; the caller holds the root. A failure is logged only. */
    void emptyJavaTemporary() {
        try {
            FileTree.delete(layout.javaTemporary());
            createPrivate(layout.javaTemporary());
        } catch (IOException e) {
            LOG.warn("cannot empty {}", layout.javaTemporary(), e);
        }
    }

    private static void createPrivate(Path folder) throws IOException {
        Files.createDirectory(folder, OwnFile.FOLDER_MODE);
    }

    /**
     * Checks that an agent could start and work, before one is ended that could not be replaced.
     *
     * @throws Refusal if a folder cannot be written, or the disk is full
     */
    void requireWritable() {
        try {
            folders().stream().filter(Files::exists).forEach(WritableFolder::require);
            requireSpace();
        } catch (Refusal e) {
            throw new Refusal(
                    e.getMessage() + "; nothing was replaced: see who owns it and its mode, free some space or mend the"
                            + " disk, then try again",
                    e);
        }
    }

    private void requireSpace() {
        Path file = layout.run().resolve("writable");
        try {
            DurableFile.write(file, new byte[WRITABLE_BYTES]);
            DurableFile.delete(file);
        } catch (IOException e) {
            throw new Refusal("cannot write to " + layout.run() + ": " + JsonStore.reason(e), e);
        }
    }

    /**
     * Starts {@code agent} or {@code router} under a keeper in a session of its own. The keeper is no child of this
     * process: a JVM with a child needs a third of a second more to end.
     *
     * @return the keeper; empty if it has ended already
     * @throws Refusal if the keeper cannot be started
     */
    Optional<ProcessIdentity> startKept(String what) {
        Path output = layout.logs().resolve(what + ".out");
        ProcessBuilder builder = new ProcessBuilder(
                "sh",
                "-c",
                "setsid sh \"$0\" \"$1\" \"$2\" >&2 & echo $!",
                home.resolve("libexec/keep").toString(),
                launcher().toString(),
                what);
        builder.directory(layout.root().toFile());
        builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        try {
            WritableFolder.require(layout.logs());
            Files.deleteIfExists(output);
            builder.redirectError(ProcessBuilder.Redirect.appendTo(output.toFile())); // so that the keeper can cut it
            Process starting = builder.start();
            String pid = new String(starting.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
            if (pid.isEmpty()) {
                throw new IOException("the system has no room for another process");
            }
            return ProcessIdentity.of(Long.parseLong(pid));
        } catch (IOException e) {
            throw new Refusal("cannot start the " + what + ": " + JsonStore.reason(e), e);
        }
    }
}
