package dev.tinyserv.buildpacks.buildpack;

import dev.tinyserv.buildpacks.process.CommandFailed;
import dev.tinyserv.buildpacks.source.FileTree;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;

/**
 * The installed dependencies of an app's last build, by a {@link Fingerprint} of their inputs: folders and files in
 * {@code cache/NAME/kept-KEY/files}, with their seal beside. Files are {@linkplain SharedFiles shared} with slugs. A
 * build that only uses them gets links. One whose scripts may change them gets copies, and at the end links for those
 * that are unchanged.
 */
public final class DependencyCache {
    private static final String UNFINISHED = ".new";
    private static final String FILES = "files";
    private static final String SEAL = "seal";
    private static final int MAX_SEAL = 1 << 20;

    private final Build build;
    private final String name;
    private final List<String> parts;

    /**
     * The cache of one folder.
     *
     * @param name the name of its folder in the cache, such as {@code node}
     * @param folder the kept folder, relative to the build's folder, such as {@code node_modules}
     */
    public DependencyCache(Build build, String name, String folder) {
        this(build, name, List.of(folder));
    }

    /**
     * The cache of several folders and files.
     *
     * @param name the name of its folder in the cache
     * @param parts the kept folders and files, relative to the build's folder, none in another one; those not there are
     *     passed over; messages name the first
     */
    public DependencyCache(Build build, String name, List<String> parts) {
        this.build = build;
        this.name = name;
        this.parts = List.copyOf(parts);
    }

    /** A name that earlier versions, which kept other trees, do not look for. */
    private Path kept(String key) throws IOException {
        return build.cacheFolder(name).resolve("kept-" + key);
    }

    /** The parts that exist as a folder or a file, and not behind a link. */
    private List<String> partsIn(Path tree) {
        return parts.stream()
                .filter(part -> !FileTree.isBehindLink(tree, tree.resolve(part)))
                .filter(part -> Files.isDirectory(tree.resolve(part), LinkOption.NOFOLLOW_LINKS)
                        || Files.isRegularFile(tree.resolve(part), LinkOption.NOFOLLOW_LINKS))
                .toList();
    }

    private interface Way {
        /** Makes the second tree of the first one, and returns the seal of the first one. */
        String make(Path from, Path to) throws IOException;
    }

    /** Makes each part anew in the second folder, and returns the seal of all. */
    private String each(Path from, Path to, Way way) throws IOException {
        StringBuilder seal = new StringBuilder();
        for (String part : partsIn(from)) {
            Path target = to.resolve(part);
            if (FileTree.isBehindLink(to, target)) {
                throw new IOException("the folder of " + part + " is a link");
            }
            Files.createDirectories(target.getParent());
            seal.append(part).append(' ').append(way.make(from.resolve(part), target));
        }
        return seal.toString();
    }

    private String protect(Path files) throws IOException {
        StringBuilder seal = new StringBuilder();
        for (String part : partsIn(files)) {
            seal.append(part).append(' ').append(SharedFiles.protect(files.resolve(part), build.cancellation()));
        }
        return seal.toString();
    }

    /** Restores the kept parts as links. Returns whether there were any, unchanged since they were kept. */
    public boolean link(String key) throws IOException {
        return bringBack(key, this::linked);
    }

    /** Restores the kept parts as copies. Returns whether there were any, unchanged since they were kept. */
    public boolean restore(String key) throws IOException {
        return bringBack(key, this::copied);
    }

    private boolean bringBack(String key, Way way) throws IOException {
        Path kept = kept(key);
        if (!isKept(kept) || !isSeal(kept.resolve(SEAL))) {
            return false;
        }
        try {
            if (each(kept.resolve(FILES), build.folder(), way).equals(Files.readString(kept.resolve(SEAL)))) {
                return true;
            }
            build.transcript().problem(parts.get(0) + " of the last build was changed since: it is installed anew");
        } catch (CommandFailed | IOException e) {
            goOnWithout("brought back from the last build", e);
        }
        for (String part : partsIn(build.folder())) {
            FileTree.delete(build.folder().resolve(part));
        }
        return false;
    }

    /** Whether the file can be a seal. A build can have put anything there. */
    private static boolean isSeal(Path file) throws IOException {
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && Files.size(file) <= MAX_SEAL;
    }

    private static boolean isKept(Path kept) {
        return Files.isDirectory(kept, LinkOption.NOFOLLOW_LINKS)
                && Files.isDirectory(kept.resolve(FILES), LinkOption.NOFOLLOW_LINKS);
    }

    /** Keeps links to the dependencies, instead of all kept before. The build's files become read-only. */
    public void saveLinked(String key) throws IOException {
        keep(key, this::linked);
    }

    /** Keeps a copy of the dependencies, instead of all kept before. */
    public void save(String key) throws IOException {
        keep(key, (from, to) -> {
            copy(from, to);
            return "";
        });
    }

    private void keep(String key, Way way) throws IOException {
        if (partsIn(build.folder()).isEmpty()) {
            return;
        }
        Path folder = build.cacheFolder(name);
        Path unfinished = folder.resolve(UNFINISHED);
        FileTree.delete(unfinished);
        Path files = Files.createDirectories(unfinished.resolve(FILES));
        boolean whole = false;
        try {
            each(build.folder(), files, way);
            Files.writeString(unfinished.resolve(SEAL), protect(files));
            whole = true;
        } catch (CommandFailed | IOException e) {
            goOnWithout("kept for the next build", e);
            return;
        } finally {
            if (!whole) {
                FileTree.delete(unfinished); // also of a build that was cancelled meanwhile
            }
        }
        for (Path entry : FileTree.entries(folder, "*")) {
            if (!entry.equals(unfinished)) {
                FileTree.delete(entry);
            }
        }
        Files.move(unfinished, kept(key));
    }

    /** Replaces the build's unchanged copies by links. Nothing may change them any more. */
    public void share(String key) throws IOException {
        Path kept = kept(key);
        if (!isKept(kept)) {
            return;
        }
        try {
            Path files = kept.resolve(FILES);
            List<String> there = partsIn(files); // a build can have put links there
            for (String part : partsIn(build.folder())) {
                if (!there.contains(part)) {
                    continue;
                }
                SharedFiles.replace(build.folder().resolve(part), files.resolve(part), build.cancellation());
            }
        } catch (FileSystemException e) {
            build.cancellation().check(); // else they take more room and are as good
        }
    }

    /** A cache is not worth a failed build. */
    private void goOnWithout(String use, Exception e) {
        build.cancellation().check();
        String reason = e instanceof CommandFailed failed
                        && !failed.endedByUs()
                        && !failed.lastLines().isEmpty()
                ? failed.lastLines().get(0)
                : e.getMessage();
        build.transcript().problem(parts.get(0) + " could not be " + use + ": " + reason);
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
                .called("copying " + parts.get(0))
                .collect();
    }
}
