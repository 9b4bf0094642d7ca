package dev.tinyserv.agent.run.runtime;

import dev.tinyserv.agent.app.Endpoint;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** What a {@link Gate} saw. */
public sealed interface GateOutcome {
    /** The process is ready; the endpoint is where it takes requests, if it was to listen. */
    record Passed(Optional<Endpoint> endpoint) implements GateOutcome {}

    /** The command ended; without a status if its shim was killed. */
    record Exited(OptionalInt status) implements GateOutcome {}

    /** Time is over; these are the other ports that it listens on, sorted. */
    record TimedOut(Set<Integer> otherPorts) implements GateOutcome {}

    /** A stranger listens on the port. */
    record Squatted() implements GateOutcome {}

    /** Nobody wants it any more. */
    record Cancelled() implements GateOutcome {}
}
