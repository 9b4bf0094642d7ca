package dev.tinyserv.agent.build;

import dev.tinyserv.buildpacks.source.FileTree;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes trees that builds have left. What the disk does not let go is remembered and tried again before the next
 * build, as no restart may be needed for it. Safe for several threads.
 */
final class Disposal {
    private static final Logger LOG = LoggerFactory.getLogger(Disposal.class);

    private final Set<Path> left = ConcurrentHashMap.newKeySet();

    /** Does not fail. Nobody may use the name again while the tree is there. */
    void delete(Path tree) {
        try {
            FileTree.delete(tree);
        } catch (IOException e) {
            LOG.warn("cannot delete {}; it is tried again before the next build and at the next start", tree, e);
            left.add(tree);
        }
    }

    /** What could not be deleted so far. */
    Set<Path> left() {
        return Set.copyOf(left);
    }

    /** By one thread at a time: once a tree is gone its name may be another build's. */
    synchronized void retry() {
        for (Path tree : Set.copyOf(left)) {
            left.remove(tree);
            delete(tree);
        }
    }
}
