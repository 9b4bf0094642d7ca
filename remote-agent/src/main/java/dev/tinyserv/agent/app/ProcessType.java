package dev.tinyserv.agent.app;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.tinyserv.buildpacks.Refusal;
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

    /** Refuses what is no process type. */
    @JsonCreator
    public ProcessType {
        if (!VALID.matcher(value).matches()) {
            throw new Refusal("'" + Printable.shortened(value, 70)
                    + "' is no process type: use 1 to 63 letters, digits," + " '_' or '-'");
        }
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
