package dev.tinyserv.agent.build;

import dev.tinyserv.buildpacks.source.FileTree;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes trees that builds have left. A tree that cannot be deleted is remembered and tried again before the next
 * build, so that it needs no restart. Safe for several threads.
 */
final class Disposal {
    private static final Logger LOG = LoggerFactory.getLogger(Disposal.class);

    private final Set<Path> left = ConcurrentHashMap.newKeySet();

    /**
     * Deletes the tree, or logs and remembers that this failed; never throws. Nobody may use the tree's name again
     * while it is there.
     */
    void delete(Path tree) {
        try {
            FileTree.delete(tree);
        } catch (IOException e) {
            LOG.warn("cannot delete {}; it is tried again before the next build and at the next start", tree, e);
            left.add(tree);
        }
    }

    /** The trees that could not be deleted so far. */
    Set<Path> left() {
        return Set.copyOf(left);
    }

    /**
     * Tries again to delete these trees. One thread at a time: the name of a tree that has gone may be another build's.
     */
    synchronized void retry() {
        for (Path tree : Set.copyOf(left)) {
            left.remove(tree);
            delete(tree);
        }
    }
}
