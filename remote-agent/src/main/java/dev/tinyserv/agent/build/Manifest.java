package dev.tinyserv.agent.build;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.tinyserv.agent.app.ProcessType;
import dev.tinyserv.buildpacks.source.AppJson;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a commit's app.json declares for running its app; a part of its {@link Slug}. What it does not declare is left
 * out of the release's file, and a version that does not know a part passes over it.
 *
 * @param formation how many processes of a type it wants
 */
public record Manifest(
        @JsonInclude(JsonInclude.Include.NON_EMPTY) SortedMap<ProcessType, Quantity> formation) {
    /** Declares nothing. */
    public static final Manifest NONE = new Manifest(new TreeMap<>());

    /**
     * How many processes of a type the app wants.
     *
     * @param quantity none below 0
     * @param enforce whether each deploy sets it, rather than the first one of the type
     */
    public record Quantity(int quantity, boolean enforce) {}

    public Manifest {
        formation = Collections.unmodifiableSortedMap(new TreeMap<>(formation));
    }

    @JsonCreator
    static Manifest read(@JsonProperty("formation") @Nullable SortedMap<ProcessType, Quantity> formation) {
        return new Manifest(Objects.requireNonNullElseGet(formation, TreeMap::new));
    }

    /** What an app.json declares. */
    static Manifest of(AppJson app) {
        SortedMap<ProcessType, Quantity> formation = new TreeMap<>();
        for (Map.Entry<String, AppJson.Quantity> each : app.formation().entrySet()) {
            AppJson.Quantity wanted = each.getValue();
            formation.put(new ProcessType(each.getKey()), new Quantity(wanted.quantity(), wanted.enforce()));
        }
        return new Manifest(formation);
    }
}
