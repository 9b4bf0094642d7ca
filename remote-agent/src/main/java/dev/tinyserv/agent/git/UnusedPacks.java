package dev.tinyserv.agent.git;

import dev.tinyserv.buildpacks.source.FileTree;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.eclipse.jgit.errors.CancelledException;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.internal.storage.file.Pack;
import org.eclipse.jgit.internal.storage.file.PackIndex;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.revwalk.ObjectWalk;

/**
 * The packs of a repository that can be deleted whole: neither a ref nor the app's current release needs an object that
 * is only in them. Nothing is written, so this works on a full disk, unlike packing anew. Only while nobody is in the
 * repository. Delete the files once the repository is closed: an open file keeps its space.
 *
 * @param released the commit of the current release
 */
record UnusedPacks(FileRepository repository, Optional<String> released, BooleanSupplier cancelled) {
    private static final String PACK = ".pack";
    private static final String INDEX = ".idx";

    /** The files of these packs, each index first. Throws a {@link CancelledException} if cancelled. */
    List<Path> files() throws IOException {
        List<Pack> others = new ArrayList<>(repository.getObjectDatabase().getPacks());
        List<Pack> newestFirst = new ArrayList<>(others);
        newestFirst.sort(
                Comparator.comparingLong((Pack pack) -> pack.getPackFile().lastModified())
                        .reversed());
        List<Path> unused = new ArrayList<>();
        if (others.isEmpty()) {
            return unused;
        }
        try (ObjectWalk needed = walk()) {
            for (Pack pack : newestFirst) {
                others.remove(pack);
                if (isNeeded(pack, others, needed)) {
                    others.add(pack);
                } else {
                    unused.addAll(filesOf(pack.getPackFile().toPath()));
                }
            }
        }
        return unused;
    }

    /** How many bytes of all packs are not needed, which packing anew would free. */
    long bytes() throws IOException {
        long bytes = 0;
        try (ObjectWalk needed = walk()) {
            for (Pack pack : repository.getObjectDatabase().getPacks()) {
                bytes += bytesNotNeeded(pack, needed);
                ReleasedCommit.checkWanted(cancelled);
            }
        }
        return bytes;
    }

    /** The unneeded bytes of a pack: an object reaches to the offset of the next one. */
    private static long bytesNotNeeded(Pack pack, ObjectWalk needed) throws IOException {
        NavigableMap<Long, Boolean> byPlace = new TreeMap<>();
        for (PackIndex.MutableEntry entry : pack.getIndex()) {
            byPlace.put(entry.getOffset(), needed.lookupOrNull(entry.toObjectId()) != null);
        }
        long bytes = 0;
        for (Map.Entry<Long, Boolean> entry : byPlace.entrySet()) {
            Long next = byPlace.higherKey(entry.getKey());
            long end = next == null ? pack.getPackFile().length() : next;
            bytes += entry.getValue() ? 0 : end - entry.getKey();
        }
        return bytes;
    }

    /** A walk that has met exactly the objects that refs and the current release need. */
    private ObjectWalk walk() throws IOException {
        ObjectWalk walk = new ObjectWalk(repository);
        try {
            walk.setRetainBody(false);
            for (Ref ref : repository.getRefDatabase().getRefs()) {
                ObjectId id = ref.getObjectId();
                if (id != null) {
                    walk.markStart(walk.parseAny(id));
                }
            }
            Optional<ObjectId> besideRefs = ReleasedCommit.besideRefs(repository, released, cancelled);
            if (besideRefs.isPresent()) {
                walk.markStart(walk.parseCommit(besideRefs.get()));
            }
            boolean ignored = ReleasedCommit.walkToTheEnd(walk, cancelled);
            return walk;
        } catch (IOException | RuntimeException e) {
            walk.close();
            throw e;
        }
    }

    private boolean isNeeded(Pack pack, List<Pack> others, ObjectWalk needed) throws IOException {
        for (PackIndex.MutableEntry entry : pack.getIndex()) { // the pack itself seems empty if its index is unreadable
            ObjectId id = entry.toObjectId();
            if (needed.lookupOrNull(id) != null && !isIn(others, id)) {
                return true;
            }
        }
        ReleasedCommit.checkWanted(cancelled);
        return false;
    }

    private static boolean isIn(List<Pack> packs, ObjectId id) throws IOException {
        for (Pack pack : packs) {
            if (pack.hasObject(id)) {
                return true;
            }
        }
        return false;
    }

    /** The index first: without it the pack counts as one that was never whole. */
    private static List<Path> filesOf(Path pack) throws IOException {
        String name = String.valueOf(pack.getFileName());
        String base = name.substring(0, name.length() - PACK.length());
        List<Path> files = FileTree.entries(pack.resolveSibling("."), base + ".*");
        files.sort(Comparator.comparing(file -> !file.toString().endsWith(INDEX)));
        return files;
    }
}
