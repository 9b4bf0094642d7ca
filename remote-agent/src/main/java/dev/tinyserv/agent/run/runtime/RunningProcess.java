package dev.tinyserv.agent.run.runtime;

import dev.tinyserv.agent.app.ExitStatus;
import dev.tinyserv.buildpacks.process.ProcessTree;
import java.util.OptionalLong;

/** A process that was started, perhaps by an earlier agent. Each call asks the machine anew. */
public interface RunningProcess {
    /** The process with all its descendants. */
    ProcessTree tree();

    /** Whether the command has ended, or the shim that keeps its exit status was killed. */
    boolean isOver();

    /** The exit status of the command; unknown while it runs, or if it is lost. */
    ExitStatus exitStatus();

    /** The pid of the command itself; empty once it has ended. */
    OptionalLong commandPid();
}
