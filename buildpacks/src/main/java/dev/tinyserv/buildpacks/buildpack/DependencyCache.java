package dev.tinyserv.buildpacks.buildpack;

import dev.tinyserv.buildpacks.process.CommandFailed;
import dev.tinyserv.buildpacks.source.FileTree;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;

/**
 * The installed dependencies of an app's last build, under the {@link Fingerprint} of what was installed:
 * {@code cache/NAME/KEY}. They are copied, never linked: what an app writes to them must not reach other slugs.
 */
public final class DependencyCache {
    private static final String UNFINISHED = ".new";

    private final Build build;
    private final Path folder;
    private final Path dependencies;

    /**
     * The cache of one folder of dependencies.
     *
     * @param name of its folder in the cache, such as {@code node}
     * @param dependencies the folder of the build that is kept, such as {@code node_modules}
     */
    public DependencyCache(Build build, String name, Path dependencies) {
        this.build = build;
        this.folder = build.cache().resolve(name);
        this.dependencies = dependencies;
    }

    /** Brings back what was kept under the key; returns whether there was something. */
    public boolean restore(String key) throws IOException {
        Path kept = folder.resolve(key);
        if (!Files.isDirectory(kept, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        try {
            copy(kept, dependencies);
            return true;
        } catch (CommandFailed e) {
            goOnWithout("brought back from the last build", e);
            FileTree.delete(dependencies);
            return false;
        }
    }

    /** Keeps the dependencies as they are now, instead of all that was kept before. */
    public void save(String key) throws IOException {
        if (!Files.isDirectory(dependencies, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.createDirectories(folder);
        Path unfinished = folder.resolve(UNFINISHED);
        FileTree.delete(unfinished);
        try {
            copy(dependencies, unfinished);
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
        build.transcript().problem(dependencies.getFileName() + " could not be " + use + ": " + reason);
    }

    private void copy(Path from, Path to) {
        Tools.of(build)
                .command(List.of("cp", "-a", "--reflink=auto", "--", from.toString(), to.toString()))
                .called("copying " + dependencies.getFileName())
                .collect();
    }
}
