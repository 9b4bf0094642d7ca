package dev.tinyserv.agent.deploy;

import dev.tinyserv.agent.app.Endpoint;
import dev.tinyserv.agent.app.ProcessName;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What was prepared for an app: when it is promoted, the started processes run with those that are kept, instead of those
 * that are surplus.
 *
 * @param desired what was asked for
 * @param started those that were started for it and are ready
 * @param kept those that run as they should already
 * @param surplus those that run and will not be wanted any more
 */
public record Batch(Desired desired, List<Member> started, List<Member> kept, List<Member> surplus) {
    /**
     * A running process.
     *
     * @param name which one of its app
     * @param id by which the one that runs it knows it, unique over all apps and times
     * @param endpoint where it takes requests, if it does
     */
    public record Member(ProcessName name, String id, Optional<Endpoint> endpoint) {}

    /** Copies what it is given. */
    public Batch {
        started = List.copyOf(started);
        kept = List.copyOf(kept);
        surplus = List.copyOf(surplus);
    }

    /** Where the app takes requests when this is promoted; none without a web process. */
    public List<Endpoint> endpoints() {
        return endpoints(Stream.concat(started.stream(), kept.stream()).toList());
    }

    /** Where these take requests. */
    public static List<Endpoint> endpoints(Collection<Member> members) {
        return members.stream().map(Member::endpoint).flatMap(Optional::stream).toList();
    }
}
