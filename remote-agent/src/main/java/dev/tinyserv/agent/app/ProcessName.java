package dev.tinyserv.agent.app;

import dev.tinyserv.buildpacks.Refusal;

/**
 * One of the processes of a type, such as {@code web.1}.
 *
 * @param type its type
 * @param index which one of them, from 1
 */
public record ProcessName(ProcessType type, int index) implements Comparable<ProcessName> {
    /** Refuses an index below 1. */
    public ProcessName {
        if (index < 1) {
            throw new Refusal("there is no process " + type + "." + index + ": they are counted from 1");
        }
    }

    @Override
    public int compareTo(ProcessName other) {
        int byType = type.compareTo(other.type);
        return byType == 0 ? Integer.compare(index, other.index) : byType;
    }

    @Override
    public String toString() {
        return type + "." + index;
    }
}
