package dev.tinyserv.buildpacks.process;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A tree that is to be ended, and all that were seen in it: of those that wiped their environment only the session tells,
 * and only as long as the root lives or has just ended, which is when this is made.
 */
final class RememberedTree implements ProcessEnd.Target {
    private final ProcessTree tree;
    private final Set<ProcessIdentity> known;

    RememberedTree(ProcessTree tree) {
        this.tree = tree;
        this.known = new LinkedHashSet<>(tree.membersAtEnd());
    }

    /** Those that came since are known from now on, too. */
    @Override
    public boolean isGone() {
        if (known.isEmpty()) {
            return true;
        }
        List<ProcessIdentity> left = tree.membersAnd(known);
        known.addAll(left);
        return left.isEmpty();
    }

    @Override
    public void terminate() {
        known.forEach(ProcessIdentity::terminate);
    }

    @Override
    public void kill() {
        tree.kill();
        known.forEach(ProcessIdentity::kill);
    }
}
