package dev.tinyserv.agent.git;

import java.io.IOException;
import java.util.List;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.treewalk.filter.AndTreeFilter;
import org.eclipse.jgit.treewalk.filter.PathFilterGroup;
import org.eclipse.jgit.treewalk.filter.TreeFilter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What two commits have in common. */
final class TreeDifference {
    private static final Logger LOG = LoggerFactory.getLogger(TreeDifference.class);

    private TreeDifference() {}

    /** Whether two commits differ at one of the paths or below it; true if one of them is not there any more. */
    static boolean exists(Repository repository, ObjectId one, ObjectId other, List<String> paths) throws IOException {
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
}
