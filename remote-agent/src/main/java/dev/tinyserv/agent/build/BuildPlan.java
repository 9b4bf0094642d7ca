package dev.tinyserv.agent.build;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a build would do, as far as that is known before.
 *
 * @param with what each buildpack would build with, in their order
 * @param commands the commands that would run, by process type; null if only the build will tell
 * @param site whether files are served without a process
 * @param bytes how much of the disk the commit's own files take
 * @param lastBytes how much the app's last build took; 0 if there was none
 * @param freeBytes how much of the disk is free
 */
public record BuildPlan(
        List<String> with,
        @Nullable SortedMap<String, String> commands,
        boolean site,
        long bytes,
        long lastBytes,
        long freeBytes) {
    public BuildPlan {
        with = List.copyOf(with);
        commands = commands == null ? null : Collections.unmodifiableSortedMap(new TreeMap<>(commands));
    }
}
