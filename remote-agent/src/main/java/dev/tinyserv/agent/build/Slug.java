package dev.tinyserv.agent.build;

import dev.tinyserv.agent.app.ProcessType;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A built tree, immutable, at {@code builds/APP/ID}.
 *
 * @param id the folder's name
 * @param commit the commit that it was built from
 * @param buildpack the buildpack that built it
 * @param processes the command of every process type
 * @param environment variables that the buildpack gives to processes, below the config vars
 */
public record Slug(
        String id,
        String commit,
        String buildpack,
        SortedMap<ProcessType, String> processes,
        SortedMap<String, String> environment) {
    /** Copies what it is given. */
    public Slug {
        processes = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(processes));
        environment = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(environment));
    }

    /** A slug from maps of any kind. */
    public static Slug of(
            String id, String commit, String buildpack, Map<ProcessType, String> processes, Map<String, String> env) {
        return new Slug(id, commit, buildpack, new TreeMap<>(processes), new TreeMap<>(env));
    }
}
