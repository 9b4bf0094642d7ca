package dev.tinyserv.agent.run;

import dev.tinyserv.buildpacks.Refusal;

/** Whether the supervisor starts anything; it moves on once and not back. */
final class Life {
    private volatile Stage stage = Stage.WORKING;
    private int launches;

    private enum Stage {
        WORKING,
        /** The agent leaves, and all processes stay. */
        LEAVING,
        /** All processes are ended. */
        ENDING
    }

    synchronized void leave() {
        if (stage == Stage.WORKING) {
            stage = Stage.LEAVING;
        }
    }

    synchronized void end() {
        stage = Stage.ENDING;
    }

    boolean isWorking() {
        return stage == Stage.WORKING;
    }

    boolean isLeaving() {
        return stage == Stage.LEAVING;
    }

    /** Begins a launch; refuses it while the agent stops. */
    synchronized void beginLaunch() {
        if (stage != Stage.WORKING) {
            throw new Refusal("the agent is stopping and starts nothing; try again when it is back");
        }
        launches++;
    }

    /** Ends a launch, whatever came of it: what it started is known now. */
    synchronized void endLaunch() {
        launches--;
        notifyAll();
    }

    /** Waits until no launch is under way; of use after {@link #leave} or {@link #end}, when none begins. */
    synchronized void awaitLaunches() {
        boolean interrupted = false;
        while (launches > 0) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
