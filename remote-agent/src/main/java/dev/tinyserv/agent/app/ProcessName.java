package dev.tinyserv.agent.app;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.base.Refusal;
import java.util.regex.Pattern;

/**
 * One of the processes of a type, such as {@code web.1}.
 *
 * @param type its type
 * @param index which one of them, from 1
 */
public record ProcessName(ProcessType type, int index) implements Comparable<ProcessName> {
    private static final Pattern INDEX = Pattern.compile("[0-9]{1,6}");
    private static final int LONGEST_SHOWN = 80;

    /** Refuses an index below 1. */
    public ProcessName {
        if (index < 1) {
            throw new Refusal("there is no process " + type + "." + index + ": they are counted from 1");
        }
    }

    /** Reads a name as {@link #toString} writes it. Throws a {@link Refusal} for any other text. */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static ProcessName of(String text) {
        int dot = text.lastIndexOf('.');
        String index = text.substring(dot + 1);
        if (dot < 1 || !INDEX.matcher(index).matches()) {
            throw new Refusal(
                    "'" + Printable.shortened(text, LONGEST_SHOWN) + "' names no process; one is called web.1");
        }
        return new ProcessName(new ProcessType(text.substring(0, dot)), Integer.parseInt(index));
    }

    @Override
    public int compareTo(ProcessName other) {
        int byType = type.compareTo(other.type);
        return byType == 0 ? Integer.compare(index, other.index) : byType;
    }

    @Override
    @JsonValue
    public String toString() {
        return type + "." + index;
    }
}
