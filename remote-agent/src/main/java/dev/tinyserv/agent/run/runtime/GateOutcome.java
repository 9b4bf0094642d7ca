package dev.tinyserv.agent.run.runtime;

import dev.tinyserv.agent.app.Endpoint;
import dev.tinyserv.agent.app.ExitStatus;
import java.util.Optional;
import java.util.SortedSet;

/** What a {@link Gate} saw. */
public sealed interface GateOutcome {
    /** The process is ready. The endpoint is where it takes requests; empty if it was not to listen. */
    record Passed(Optional<Endpoint> endpoint) implements GateOutcome {}

    /** The command ended; the status is unknown if its shim was killed. */
    record Exited(ExitStatus status) implements GateOutcome {}

    /** The limit is over. The process listens on these other ports, sorted. */
    record TimedOut(SortedSet<Integer> otherPorts) implements GateOutcome {}

    /** A stranger listens on the port. */
    record Squatted() implements GateOutcome {}

    /** The process is not wanted any more. */
    record Cancelled() implements GateOutcome {}
}
