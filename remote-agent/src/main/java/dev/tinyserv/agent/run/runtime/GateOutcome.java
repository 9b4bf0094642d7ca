package dev.tinyserv.agent.run.runtime;

import dev.tinyserv.agent.app.Endpoint;
import dev.tinyserv.agent.app.ExitStatus;
import java.util.Optional;
import java.util.SortedSet;

/** What a {@link Gate} saw. */
public sealed interface GateOutcome {
    /** The process is ready; the endpoint is where it takes requests, if it was to listen. */
    record Passed(Optional<Endpoint> endpoint) implements GateOutcome {}

    /** The command ended; the status is unknown if its shim was killed. */
    record Exited(ExitStatus status) implements GateOutcome {}

    /** Time is over; these are the other ports that it listens on, sorted. */
    record TimedOut(SortedSet<Integer> otherPorts) implements GateOutcome {}

    /** A stranger listens on the port. */
    record Squatted() implements GateOutcome {}

    /** Nobody wants it any more. */
    record Cancelled() implements GateOutcome {}
}
