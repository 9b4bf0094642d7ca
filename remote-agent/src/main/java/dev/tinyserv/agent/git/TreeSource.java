package dev.tinyserv.agent.git;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.base.Sizes;
import dev.tinyserv.buildpacks.process.Transcript;
import dev.tinyserv.buildpacks.source.AppSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevTree;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.treewalk.filter.AndTreeFilter;
import org.eclipse.jgit.treewalk.filter.PathFilterGroup;
import org.eclipse.jgit.treewalk.filter.TreeFilter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The tree of a commit, read from git's objects and never from checked-out files. */
final class TreeSource implements AppSource {
    private static final Logger LOG = LoggerFactory.getLogger(TreeSource.class);

    private final Opening repository;
    private final TreeLimits limits;
    private final AppName app;
    private final ObjectId commit;

    TreeSource(Opening repository, TreeLimits limits, AppName app, ObjectId commit) {
        this.repository = repository;
        this.limits = limits;
        this.app = app;
        this.commit = commit;
    }

    /** A way into the repository that has the commit. */
    @FunctionalInterface
    interface Opening {
        /** Enters its gate; the caller leaves by closing. */
        Visit enter() throws IOException;
    }

    @FunctionalInterface
    private interface Use<T> {
        T use(ObjectReader reader, RevTree tree) throws IOException;
    }

    @Override
    public Optional<byte[]> read(String path, int limit) throws IOException {
        return withTree((reader, tree) -> {
            try (@Nullable TreeWalk entry = find(reader, tree, path)) {
                if (entry == null || !isFile(entry.getFileMode(0))) {
                    return Optional.empty();
                }
                ObjectLoader blob = reader.open(entry.getObjectId(0), Constants.OBJ_BLOB);
                if (blob.getSize() > limit) {
                    throw new Refusal(Printable.shortened(path, 120) + " has " + blob.getSize() + " bytes; at most "
                            + limit + " are read: shorten it");
                }
                return Optional.of(blob.getBytes(Math.max(1, limit)));
            }
        });
    }

    @Override
    public boolean exists(String path) throws IOException {
        return withTree((reader, tree) -> {
            try (@Nullable TreeWalk entry = find(reader, tree, path)) {
                return entry != null;
            }
        });
    }

    @Override
    public List<String> files(String folder) throws IOException {
        return names(folder, TreeSource::isFile);
    }

    @Override
    public List<String> folders(String folder) throws IOException {
        return names(folder, FileMode.TREE::equals);
    }

    private List<String> names(String folder, Predicate<FileMode> wanted) throws IOException {
        return withTree((reader, tree) -> {
            List<String> names = new ArrayList<>();
            try (@Nullable TreeWalk entry = folder.isEmpty() ? null : find(reader, tree, folder);
                    TreeWalk walk = new TreeWalk(reader)) {
                if (!folder.isEmpty() && (entry == null || entry.getFileMode(0) != FileMode.TREE)) {
                    return names;
                }
                walk.addTree(entry == null ? tree : entry.getObjectId(0));
                while (names.size() < MOST_NAMES && walk.next()) {
                    if (wanted.test(walk.getFileMode(0))) {
                        names.add(walk.getNameString());
                    }
                }
            }
            return names;
        });
    }

    @Override
    public Map<String, String> writeTo(Path folder, Transcript transcript) throws IOException {
        byte[] ignored = read(SlugIgnore.NAME, SlugIgnore.MAX_BYTES).orElse(new byte[0]);
        return withTree((reader, tree) -> {
            TreeEntries entries = new TreeEntries(reader, limits);
            Measure measure = new Measure(reader, limits);
            NameCollisions collisions = new NameCollisions();
            entries.visit(tree, (path, mode, id) -> {
                collisions.visit(path, mode, id);
                measure.visit(path, mode, id);
            });
            long free = folder.toFile().getUsableSpace();
            if (measure.bytes() > free) {
                Measure kept = new Measure(reader, limits);
                entries.visit(tree, new SlugIgnore(ignored, kept));
                requireRoom(kept.bytes(), free, folder);
            }
            TreeWriter writer = new TreeWriter(reader, folder);
            SlugIgnore wanted = new SlugIgnore(ignored, writer);
            entries.visit(tree, wanted);
            if (wanted.count() > 0) {
                transcript.detail(SlugIgnore.NAME + " leaves out " + wanted.count()
                        + (wanted.count() == 1 ? " file or folder" : " files and folders"));
            }
            writer.warn(transcript);
            return writer.submodules();
        });
    }

    /** Whether two commits differ at one of the paths or below; true if a commit is missing. */
    static boolean differ(Repository repository, ObjectId one, ObjectId other, List<String> paths) throws IOException {
        try (RevWalk walk = new RevWalk(repository);
                TreeWalk trees = new TreeWalk(repository)) {
            trees.addTree(walk.parseCommit(one).getTree());
            trees.addTree(walk.parseCommit(other).getTree());
            trees.setRecursive(true);
            trees.setFilter(AndTreeFilter.create(PathFilterGroup.createFromStrings(paths), TreeFilter.ANY_DIFF));
            return trees.next();
        } catch (MissingObjectException | IncorrectObjectTypeException e) {
            LOG.info("{}: {} and {} cannot be compared", repository.getDirectory(), one.name(), other.name(), e);
            return true;
        }
    }

    private static void requireRoom(long bytes, long free, Path folder) {
        if (bytes > free) {
            throw new Refusal("the pushed files have " + Sizes.of(bytes) + ", and there is space for " + Sizes.of(free)
                    + " in " + folder.getParent() + ", so they would not fit: `disk` shows who takes what");
        }
    }

    private <T> T withTree(Use<T> use) throws IOException {
        try (Visit visit = repository.enter();
                ObjectReader reader = visit.repository().newObjectReader();
                RevWalk walk = new RevWalk(reader)) {
            return use.use(reader, walk.parseCommit(commit).getTree());
        } catch (MissingObjectException e) {
            throw new Refusal(
                    "the repository of " + app + " has no object "
                            + e.getObjectId().name() + " any more; push again",
                    e);
        }
    }

    private static @Nullable TreeWalk find(ObjectReader reader, RevTree tree, String path) throws IOException {
        boolean plain = !path.isEmpty() && !path.startsWith("/") && !path.endsWith("/") && !path.contains("//");
        return plain ? TreeWalk.forPath(reader, path, tree) : null;
    }

    private static boolean isFile(FileMode mode) {
        return mode == FileMode.REGULAR_FILE || mode == FileMode.EXECUTABLE_FILE;
    }
}
