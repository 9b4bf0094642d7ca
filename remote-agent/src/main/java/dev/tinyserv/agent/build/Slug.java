package dev.tinyserv.agent.build;

import dev.tinyserv.agent.app.ProcessType;
import dev.tinyserv.buildpacks.buildpack.Site;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A built tree, immutable, at {@code builds/APP/ID}.
 *
 * @param id the folder's name
 * @param commit the commit that it was built from
 * @param buildpack the buildpack that built it
 * @param processes the command of every process type
 * @param environment variables that the buildpack gives to processes, below the config vars
 * @param site the files that are served without a process; null for none
 * @param root the folder of it that is the app; empty for all of it
 * @param manifest what the commit declares for running it
 */
public record Slug(
        String id,
        String commit,
        String buildpack,
        SortedMap<ProcessType, String> processes,
        SortedMap<String, String> environment,
        @Nullable Site site,
        String root,
        Manifest manifest) {
    public Slug {
        processes = Collections.unmodifiableSortedMap(new TreeMap<>(processes));
        environment = Collections.unmodifiableSortedMap(new TreeMap<>(environment));
    }
}
