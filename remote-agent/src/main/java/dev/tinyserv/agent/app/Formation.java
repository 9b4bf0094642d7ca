package dev.tinyserv.agent.app;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * How many processes of each type run. A type with 0 is known, and none of it runs.
 *
 * @param counts the number of each type, none below 0
 */
public record Formation(@JsonValue SortedMap<ProcessType, Integer> counts) {
    /** The most processes of one type. */
    public static final int MOST = 100;

    /** Knows no type. */
    public static final Formation NONE = new Formation(new TreeMap<>());

    /** Copies the counts but for those below 0 and that of {@link ProcessType#RELEASE}, which runs once a release only. */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public Formation {
        SortedMap<ProcessType, Integer> known = new TreeMap<>(counts);
        known.values().removeIf(count -> count < 0);
        known.remove(ProcessType.RELEASE);
        counts = Collections.unmodifiableSortedMap(known);
    }

    /** The formation of an app with these types for which none was set: one process of {@link ProcessType#main}. */
    public static Formation usual(Collection<ProcessType> types) {
        SortedMap<ProcessType, Integer> counts = new TreeMap<>();
        types.forEach(type -> counts.put(type, 0));
        ProcessType.main(types).ifPresent(main -> counts.put(main, 1));
        return new Formation(counts);
    }

    /** This formation without types that are not among the given ones. */
    public Formation of(Collection<ProcessType> types) {
        SortedMap<ProcessType, Integer> among = new TreeMap<>(counts);
        among.keySet().retainAll(types);
        return new Formation(among);
    }

    /** How many processes of a type run. */
    public int count(ProcessType type) {
        return counts.getOrDefault(type, 0);
    }

    /** The types of which a process runs. */
    public List<ProcessType> running() {
        return counts.entrySet().stream()
                .filter(each -> each.getValue() > 0)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** The processes that run, by type and index. */
    public List<ProcessName> processes() {
        return counts.entrySet().stream()
                .flatMap(each -> IntStream.rangeClosed(1, each.getValue())
                        .mapToObj(index -> new ProcessName(each.getKey(), index)))
                .toList();
    }

    /** In words that {@code ps:scale} takes, such as {@code web=2 worker=0}. */
    public String asWords() {
        return counts.entrySet().stream()
                .map(each -> each.getKey() + "=" + each.getValue())
                .collect(Collectors.joining(" "));
    }
}
