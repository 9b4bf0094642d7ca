package dev.tinyserv.agent.app;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.base.Refusal;
import java.util.regex.Pattern;

/**
 * The name of an app: {@code ^[a-z][a-z0-9-]{0,29}$}, so it is safe in paths, host names and terminals.
 *
 * @param value the name
 */
public record AppName(@JsonValue String value) implements Comparable<AppName> {
    private static final Pattern VALID = Pattern.compile("[a-z][a-z0-9-]{0,29}");

    /** Throws a {@link Refusal} if the text is no app name. */
    @JsonCreator
    public AppName {
        if (!isValid(value)) {
            throw new Refusal(
                    "'" + Printable.shortened(value, 40) + "' is no app name: use a lower-case letter, then up"
                            + " to 29 lower-case letters, digits or '-'");
        }
    }

    /** Whether the text is an app name. */
    public static boolean isValid(String text) {
        return VALID.matcher(text).matches();
    }

    @Override
    public int compareTo(AppName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
