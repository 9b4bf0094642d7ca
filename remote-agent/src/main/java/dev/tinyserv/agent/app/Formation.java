package dev.tinyserv.agent.app;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * How many processes of each type run.
 *
 * @param counts the number of each type, none below 1
 */
public record Formation(@JsonValue SortedMap<ProcessType, Integer> counts) {
    /** Copies the counts but for those below 1 and that of {@link ProcessType#RELEASE}, which runs once a release only. */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public Formation {
        SortedMap<ProcessType, Integer> running = new TreeMap<>(counts);
        running.values().removeIf(count -> count < 1);
        running.remove(ProcessType.RELEASE);
        counts = Collections.unmodifiableSortedMap(running);
    }

    /**
     * The formation of an app with these types for which none was set: one process of {@link ProcessType#main}.
     *
     * @throws dev.tinyserv.buildpacks.base.Refusal if there are several types and none is {@code web}
     */
    public static Formation usual(Collection<ProcessType> types) {
        return new Formation(new TreeMap<>(
                ProcessType.main(types).map(type -> Map.of(type, 1)).orElse(Map.of())));
    }

    /** This formation without types that are not among the given ones. */
    public Formation of(Collection<ProcessType> types) {
        SortedMap<ProcessType, Integer> known = new TreeMap<>(counts);
        known.keySet().retainAll(types);
        return new Formation(known);
    }

    /** The processes that run, by type and index. */
    public List<ProcessName> processes() {
        return counts.entrySet().stream()
                .flatMap(each -> IntStream.rangeClosed(1, each.getValue())
                        .mapToObj(index -> new ProcessName(each.getKey(), index)))
                .toList();
    }
}
