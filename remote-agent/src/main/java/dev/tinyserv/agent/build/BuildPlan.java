package dev.tinyserv.agent.build;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a build would do, as far as that is known before.
 *
 * @param with what each buildpack would build with, in their order
 * @param commands the commands of the Procfile, by process type; empty without one, when the build decides
 * @param bytes how much of the disk the commit's own files take
 * @param lastBytes how much the app's last build took; 0 if there was none
 * @param freeBytes how much of the disk is free
 */
public record BuildPlan(
        List<String> with, SortedMap<String, String> commands, long bytes, long lastBytes, long freeBytes) {
    /** Copies what it is given. */
    public BuildPlan {
        with = List.copyOf(with);
        commands = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(commands));
    }

    static BuildPlan of(List<String> with, Map<String, String> commands, long bytes, long lastBytes, long freeBytes) {
        return new BuildPlan(with, new TreeMap<>(commands), bytes, lastBytes, freeBytes);
    }
}
