package dev.tinyserv.buildpacks.buildpack;

import dev.tinyserv.buildpacks.process.CommandFailed;
import dev.tinyserv.buildpacks.source.FileTree;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;

/**
 * The installed dependencies of an app's last build, under the {@link Fingerprint} of what was installed: the tree
 * {@code cache/NAME/sealed-KEY/files}, with its seal beside it. Its files are {@linkplain SharedFiles shared} with slugs. A build
 * that only uses them gets links; one that runs what may change them gets copies, and links in the end for those that
 * were not changed.
 */
public final class DependencyCache {
    private static final String UNFINISHED = ".new";
    private static final String FILES = "files";
    private static final String SEAL = "seal";

    private final Build build;
    private final String name;
    private final Path dependencies;

    /**
     * The cache of one folder of dependencies.
     *
     * @param name of its folder in the cache, such as {@code node}
     * @param dependencies the folder of the build that is kept, such as {@code node_modules}
     */
    public DependencyCache(Build build, String name, Path dependencies) {
        this.build = build;
        this.name = name;
        this.dependencies = dependencies;
    }

    /** With a name that earlier versions, which kept the tree alone, do not look for. */
    private Path kept(String key) throws IOException {
        return build.cacheFolder(name).resolve("sealed-" + key);
    }

    private interface Way {
        /** Makes the second tree of the first one, and returns the seal of the first one. */
        String make(Path from, Path to) throws IOException;
    }

    /** Brings back what was kept under the key, as links; returns whether there was something, and as it was kept. */
    public boolean link(String key) throws IOException {
        return bringBack(key, this::linked);
    }

    /** Brings back what was kept under the key, as copies; returns whether there was something, and as it was kept. */
    public boolean restore(String key) throws IOException {
        return bringBack(key, this::copied);
    }

    private boolean bringBack(String key, Way way) throws IOException {
        Path kept = kept(key);
        if (!Files.isDirectory(kept, LinkOption.NOFOLLOW_LINKS)
                || !Files.isDirectory(kept.resolve(FILES), LinkOption.NOFOLLOW_LINKS)
                || !Files.isRegularFile(kept.resolve(SEAL), LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        try {
            if (way.make(kept.resolve(FILES), dependencies).equals(Files.readString(kept.resolve(SEAL)))) {
                return true;
            }
            build.transcript()
                    .problem(dependencies.getFileName() + " of the last build was changed since: it is installed anew");
        } catch (CommandFailed | IOException e) {
            goOnWithout("brought back from the last build", e);
        }
        FileTree.delete(dependencies);
        return false;
    }

    /** Keeps the dependencies as they are now, instead of all that was kept before; the build's can no longer be written. */
    public void saveLinked(String key) throws IOException {
        keep(key, this::linked);
    }

    /** Keeps a copy of the dependencies as they are now, instead of all that was kept before. */
    public void save(String key) throws IOException {
        keep(key, (from, to) -> {
            copy(from, to);
            return "";
        });
    }

    private void keep(String key, Way way) throws IOException {
        if (!Files.isDirectory(dependencies, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Path folder = build.cacheFolder(name);
        Path unfinished = folder.resolve(UNFINISHED);
        FileTree.delete(unfinished);
        Files.createDirectories(unfinished);
        try {
            way.make(dependencies, unfinished.resolve(FILES));
            String seal = SharedFiles.protect(unfinished.resolve(FILES), build.cancellation());
            Files.writeString(unfinished.resolve(SEAL), seal);
        } catch (CommandFailed | IOException e) {
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
        Files.move(unfinished, kept(key));
    }

    /** Replaces the build's copies that are still as they were kept under the key by links: nothing changes them any more. */
    public void share(String key) throws IOException {
        Path kept = kept(key);
        Path files = kept.resolve(FILES);
        if (Files.isDirectory(kept, LinkOption.NOFOLLOW_LINKS)
                && Files.isDirectory(files, LinkOption.NOFOLLOW_LINKS)
                && Files.isDirectory(dependencies, LinkOption.NOFOLLOW_LINKS)) {
            try {
                SharedFiles.replace(dependencies, files, build.cancellation());
            } catch (FileSystemException e) {
                build.cancellation().check(); // else they take more room and are as good
            }
        }
    }

    /** A cache is not worth a failed build. */
    private void goOnWithout(String use, Exception e) {
        build.cancellation().check();
        String reason = e instanceof CommandFailed failed && !failed.lastLines().isEmpty()
                ? failed.lastLines().get(0)
                : e.getMessage();
        build.transcript().problem(dependencies.getFileName() + " could not be " + use + ": " + reason);
    }

    private String linked(Path from, Path to) throws IOException {
        try {
            return SharedFiles.link(from, to, build.cancellation());
        } catch (FileSystemException e) {
            // The cache lies on another disk, say.
            FileTree.delete(to);
            return copied(from, to);
        }
    }

    private String copied(Path from, Path to) throws IOException {
        String seal = SealedWalk.over(from, build.cancellation(), (path, below, attributes) -> {});
        copy(from, to);
        run("chmod", "-R", "u+w", "--", to.toString());
        return seal;
    }

    private void copy(Path from, Path to) {
        run("cp", "-a", "--reflink=auto", "--", from.toString(), to.toString());
    }

    private void run(String... command) {
        Tools.of(build)
                .command(List.of(command))
                .called("copying " + dependencies.getFileName())
                .collect();
    }
}
