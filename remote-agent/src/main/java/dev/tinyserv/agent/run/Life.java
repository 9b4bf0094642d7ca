package dev.tinyserv.agent.run;

import dev.tinyserv.buildpacks.base.Refusal;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/** Whether the supervisor starts processes: it works, then leaves or ends them, and never goes back. */
final class Life {
    private final ReentrantReadWriteLock launches = new ReentrantReadWriteLock();
    private volatile Stage stage = Stage.WORKING;

    private enum Stage {
        WORKING,
        /** The agent leaves, and all processes stay. */
        LEAVING,
        /** All processes are ended. */
        ENDING
    }

    /** From now on processes stay as they are. Returns when no launch is under way. */
    void leave() {
        moveTo(Stage.LEAVING);
    }

    /** From now on processes are only ended. Returns when no launch is under way, so the launcher knows all of them. */
    void end() {
        moveTo(Stage.ENDING);
    }

    private void moveTo(Stage next) {
        launches.writeLock().lock();
        try {
            stage = next.compareTo(stage) > 0 ? next : stage;
        } finally {
            launches.writeLock().unlock();
        }
    }

    boolean isWorking() {
        return stage == Stage.WORKING;
    }

    boolean isLeaving() {
        return stage == Stage.LEAVING;
    }

    /** Does a launch; refuses it while the agent stops. */
    <T> T launch(Supplier<T> start) {
        launches.readLock().lock();
        try {
            if (stage != Stage.WORKING) {
                throw new Refusal("the agent is stopping and starts nothing; try again when it is back");
            }
            return start.get();
        } finally {
            launches.readLock().unlock();
        }
    }
}
