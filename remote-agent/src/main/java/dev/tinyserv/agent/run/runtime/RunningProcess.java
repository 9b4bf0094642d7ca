package dev.tinyserv.agent.run.runtime;

import dev.tinyserv.agent.app.ExitStatus;
import dev.tinyserv.buildpacks.process.ProcessTree;
import java.util.OptionalLong;

/** A process that was started, perhaps by an agent before us. Each answer is how things are then. */
public interface RunningProcess {
    /** Everything that came from it. */
    ProcessTree tree();

    /** Whether the command has ended, or what was to keep its exit status was killed. */
    boolean isOver();

    /** How the command ended; unknown while it runs, and if that is lost. */
    ExitStatus exitStatus();

    /** The pid of the command itself, while it runs. */
    OptionalLong commandPid();
}
