package dev.tinyserv.buildpacks.buildpack.node;

import dev.tinyserv.buildpacks.buildpack.Build;
import dev.tinyserv.buildpacks.process.CommandFailed;
import dev.tinyserv.buildpacks.source.FileTree;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;

/**
 * The installed modules of an app's last build, under the key of what was installed: {@code cache/node/KEY}. It is
 * copied, never linked: what an app writes to its modules must not reach other slugs.
 */
final class ModulesCache {
    private static final String UNFINISHED = ".new";

    private final Build build;
    private final Path folder;
    private final Path modules;
    private final Npm npm;

    ModulesCache(Build build, Npm npm) {
        this.build = build;
        this.folder = build.cache().resolve("node");
        this.modules = build.folder().resolve(NodeBuildpack.MODULES);
        this.npm = npm;
    }

    /** Brings back what was kept under the key; returns whether there was something. */
    boolean restore(String key) throws IOException {
        Path kept = folder.resolve(key);
        if (!Files.isDirectory(kept, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        try {
            copy(kept, modules);
            return true;
        } catch (CommandFailed e) {
            goOnWithout("brought back from the last build", e);
            FileTree.delete(modules);
            return false;
        }
    }

    /** Keeps the modules as they are now, instead of all that was kept before. */
    void save(String key) throws IOException {
        if (!Files.isDirectory(modules, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.createDirectories(folder);
        Path unfinished = folder.resolve(UNFINISHED);
        FileTree.delete(unfinished);
        try {
            copy(modules, unfinished);
        } catch (CommandFailed e) {
            goOnWithout("kept for the next build", e);
            FileTree.delete(unfinished);
            return;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                if (!entry.equals(unfinished)) {
                    FileTree.delete(entry);
                }
            }
        }
        Files.move(unfinished, folder.resolve(key));
    }

    /** A cache is not worth a failed build. */
    private void goOnWithout(String use, CommandFailed e) {
        build.cancellation().check();
        String reason = e.lastLines().isEmpty() ? e.getMessage() : e.lastLines().get(0);
        build.transcript().problem("node_modules could not be " + use + ": " + reason);
    }

    private void copy(Path from, Path to) {
        npm.command(List.of("cp", "-a", "--reflink=auto", "--", from.toString(), to.toString()))
                .called("copying node_modules")
                .collect();
    }
}
