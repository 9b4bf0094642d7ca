package dev.tinyserv.agent.build;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a build would do, as far as that is known before it.
 *
 * @param with what each buildpack would build with, in their order
 * @param commands the commands that would run, by process type; null if only the build can tell
 * @param site whether the router would serve files without a process
 * @param manifest what the commit declares for running
 * @param bytes the size of the commit's own files
 * @param lastBytes the size of the app's last slug; 0 if there is none
 * @param freeBytes the free space of the disk
 */
public record BuildPlan(
        List<String> with,
        @Nullable SortedMap<String, String> commands,
        boolean site,
        Manifest manifest,
        long bytes,
        long lastBytes,
        long freeBytes) {
    public BuildPlan {
        with = List.copyOf(with);
        commands = commands == null ? null : Collections.unmodifiableSortedMap(new TreeMap<>(commands));
    }
}
