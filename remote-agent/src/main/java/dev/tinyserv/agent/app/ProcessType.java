package dev.tinyserv.agent.app;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.base.Refusal;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The name in front of a Procfile line, such as {@code web}: 1 to 63 of {@code [A-Za-z0-9_-]}.
 *
 * @param value the name
 */
public record ProcessType(@JsonValue String value) implements Comparable<ProcessType> {
    // First, because the constants below are checked against it.
    private static final Pattern VALID = Pattern.compile("[A-Za-z0-9_-]{1,63}");

    /** The type that gets requests. */
    public static final ProcessType WEB = new ProcessType("web");

    /** The release phase; never scaled. */
    public static final ProcessType RELEASE = new ProcessType("release");

    /** Throws a {@link Refusal} if the text is no process type. */
    @JsonCreator
    public ProcessType {
        if (!VALID.matcher(value).matches()) {
            throw new Refusal("'" + Printable.shortened(value, 70)
                    + "' is no process type: use 1 to 63 letters, digits," + " '_' or '-'");
        }
    }

    /**
     * The type of the one process that runs by default: {@code web}, else the only type that is not the release phase.
     * Empty if there is none, or if there are several and none is {@code web}.
     */
    public static Optional<ProcessType> main(Collection<ProcessType> types) {
        if (types.contains(WEB)) {
            return Optional.of(WEB);
        }
        List<ProcessType> others =
                types.stream().filter(type -> !type.equals(RELEASE)).toList();
        return others.size() == 1 ? Optional.of(others.get(0)) : Optional.empty();
    }

    @Override
    public int compareTo(ProcessType other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
