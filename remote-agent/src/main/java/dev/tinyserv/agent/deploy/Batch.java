package dev.tinyserv.agent.deploy;

import dev.tinyserv.agent.app.Endpoint;
import dev.tinyserv.agent.app.ProcessName;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The processes prepared for an app. Promotion makes the started and the kept ones current; the surplus ones are
 * retired.
 *
 * @param desired what should run of the app
 * @param started the candidates that are ready
 * @param kept the current processes that are as desired
 * @param surplus the current processes that promotion retires
 */
public record Batch(Desired desired, List<Member> started, List<Member> kept, List<Member> surplus) {
    /**
     * A running process.
     *
     * @param name such as {@code web.1}
     * @param id the instance's id, unique over all apps and times
     * @param endpoint where it takes requests; empty if it takes none
     */
    public record Member(ProcessName name, String id, Optional<Endpoint> endpoint) {}

    public Batch {
        started = List.copyOf(started);
        kept = List.copyOf(kept);
        surplus = List.copyOf(surplus);
    }

    /** This batch and the processes started for another one. */
    Batch and(Batch later) {
        return new Batch(
                desired, Stream.concat(started.stream(), later.started.stream()).toList(), kept, surplus);
    }

    /** The endpoints of the app after promotion; none without a web process. */
    public List<Endpoint> endpoints() {
        return endpoints(Stream.concat(started.stream(), kept.stream()).toList());
    }

    /** The endpoints of these processes. */
    public static List<Endpoint> endpoints(Collection<Member> members) {
        return members.stream().map(Member::endpoint).flatMap(Optional::stream).toList();
    }
}
