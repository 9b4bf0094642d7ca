package dev.tinyserv.agent.app;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.tinyserv.buildpacks.base.Refusal;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Some processes of an app, as people name them: all of a type, such as {@code web}, or one, such as {@code web.2}.
 *
 * @param type their type
 * @param index which one of them; 0 for all
 */
public record ProcessSelector(ProcessType type, int index) implements Comparable<ProcessSelector> {
    /** Reads what {@link #toString} writes. Throws a {@link Refusal} for any other text. */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static ProcessSelector of(String text) {
        if (text.indexOf('.') < 0) {
            return new ProcessSelector(new ProcessType(text), 0);
        }
        ProcessName one = ProcessName.of(text);
        return new ProcessSelector(one.type(), one.index());
    }

    /** All processes of a type. */
    public static ProcessSelector all(ProcessType type) {
        return new ProcessSelector(type, 0);
    }

    /** Whether the process is among them. */
    public boolean selects(ProcessName process) {
        return type.equals(process.type()) && (index == 0 || index == process.index());
    }

    /**
     * Those among the given processes.
     *
     * @throws Refusal if there are none, naming the given ones
     */
    public List<ProcessName> among(AppName app, Collection<ProcessName> processes) {
        List<ProcessName> selected = processes.stream().filter(this::selects).toList();
        if (selected.isEmpty()) {
            throw new Refusal(app + " runs no " + this + "; "
                    + (processes.isEmpty()
                            ? "it runs nothing"
                            : "it runs "
                                    + String.join(
                                            ", ",
                                            processes.stream()
                                                    .map(ProcessName::toString)
                                                    .limit(20)
                                                    .toList())));
        }
        return selected;
    }

    @Override
    public int compareTo(ProcessSelector other) {
        return Comparator.comparing(ProcessSelector::type)
                .thenComparing(ProcessSelector::index)
                .compare(this, other);
    }

    @Override
    @JsonValue
    public String toString() {
        return index == 0 ? type.value() : type + "." + index;
    }
}
