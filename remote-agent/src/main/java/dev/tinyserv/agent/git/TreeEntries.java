package dev.tinyserv.agent.git;

import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.base.Refusal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.lib.AnyObjectId;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectChecker;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.treewalk.TreeWalk;

/**
 * The entries of a tree, a folder before what is in it. Every entry counts against the limit, also folders: ten nested
 * trees that each name the next one ten times are a few hundred bytes and ten thousand million folders.
 */
final class TreeEntries {
    private final ObjectReader reader;
    private final TreeLimits limits;
    private final ObjectChecker checker = new ObjectChecker();

    /** What is done with each entry. */
    @FunctionalInterface
    interface Visitor {
        /** Called with the path, with '/', and an id that holds during the call. */
        void visit(String path, FileMode mode, AnyObjectId id) throws IOException;
    }

    TreeEntries(ObjectReader reader, TreeLimits limits) {
        this.reader = reader;
        this.limits = limits;
    }

    void visit(ObjectId tree, Visitor visitor) throws IOException {
        int count = 0;
        try (TreeWalk walk = new TreeWalk(reader)) {
            walk.addTree(tree);
            walk.setRecursive(false);
            while (walk.next()) {
                String path = path(walk);
                if (++count > limits.maxEntries()) {
                    throw new Refusal("the pushed tree has more than " + limits.maxEntries()
                            + " files and folders; remove some, or raise TINYSERV_MAX_FILES on the server");
                }
                visitor.visit(path, walk.getFileMode(0), walk.getObjectId(0));
                if (walk.isSubtree()) {
                    enter(walk, path);
                }
            }
        }
    }

    private static void enter(TreeWalk walk, String path) throws IOException {
        if (walk.getDepth() + 1 >= TreeLimits.MAX_DEPTH) {
            throw new Refusal("folders are nested more than " + TreeLimits.MAX_DEPTH + " deep at "
                    + Printable.shortened(path, 80) + "; flatten them");
        }
        walk.enterSubtree();
    }

    /** Checks the last name of the path; those before it were checked as folders. */
    private String path(TreeWalk walk) {
        byte[] raw = walk.getRawPath();
        String shown = Printable.shortened(new String(raw, StandardCharsets.UTF_8), 120);
        if (raw.length > TreeLimits.MAX_PATH_BYTES) {
            throw new Refusal(
                    "a path is longer than " + TreeLimits.MAX_PATH_BYTES + " bytes: " + shown + "; shorten it");
        }
        int begin = beginOfName(raw);
        if (raw.length - begin > TreeLimits.MAX_NAME_BYTES) {
            throw new Refusal(
                    "the name of " + shown + " is longer than " + TreeLimits.MAX_NAME_BYTES + " bytes; shorten it");
        }
        try {
            checker.checkPathSegment(raw, begin, raw.length);
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(raw))
                    .toString();
        } catch (CorruptObjectException e) {
            throw new Refusal("the name of " + shown + " cannot be deployed: " + e.getMessage() + "; rename it", e);
        } catch (CharacterCodingException e) {
            throw new Refusal("the name of " + shown + " is not UTF-8; rename it", e);
        }
    }

    private static int beginOfName(byte[] path) {
        int begin = path.length;
        while (begin > 0 && path[begin - 1] != '/') {
            begin--;
        }
        return begin;
    }
}
