package dev.tinyserv.agent.build;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.tinyserv.agent.app.Formation;
import dev.tinyserv.agent.app.ProcessType;
import dev.tinyserv.buildpacks.source.AppJson;
import java.util.Collection;
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
 * @param scripts the commands that it wants run around a deploy, by {@link #PREDEPLOY} and its like
 */
public record Manifest(
        @JsonInclude(JsonInclude.Include.NON_EMPTY) SortedMap<ProcessType, Quantity> formation,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) SortedMap<String, String> scripts) {
    /** The command that runs before each deploy goes live. */
    public static final String PREDEPLOY = "predeploy";

    /** The command that runs after the app's first deploy. */
    public static final String FIRST_POSTDEPLOY = "firstPostdeploy";

    /** The command that runs after each deploy. */
    public static final String POSTDEPLOY = "postdeploy";

    /** Declares nothing. */
    public static final Manifest NONE = new Manifest(new TreeMap<>(), new TreeMap<>());

    /**
     * How many processes of a type the app wants.
     *
     * @param quantity none below 0
     * @param enforce whether each deploy sets it, rather than the first one of the type
     */
    public record Quantity(int quantity, boolean enforce) {}

    public Manifest {
        formation = Collections.unmodifiableSortedMap(new TreeMap<>(formation));
        scripts = Collections.unmodifiableSortedMap(new TreeMap<>(scripts));
    }

    @JsonCreator
    static Manifest read(
            @JsonProperty("formation") @Nullable SortedMap<ProcessType, Quantity> formation,
            @JsonProperty("scripts") @Nullable SortedMap<String, String> scripts) {
        return new Manifest(
                Objects.requireNonNullElseGet(formation, TreeMap::new),
                Objects.requireNonNullElseGet(scripts, TreeMap::new));
    }

    /**
     * The formation of an app whose release declares this. A number of a type that is known stays, unless a deploy
     * enforces another one; a type that is new has the number that is declared, else its usual one.
     *
     * @param known the app's formation before
     * @param types those of the release
     * @param deployed whether the release comes from a deploy
     */
    public Formation formation(Formation known, Collection<ProcessType> types, boolean deployed) {
        SortedMap<ProcessType, Integer> counts = new TreeMap<>(known.counts());
        Formation usual = Formation.usual(types);
        for (ProcessType type : types) {
            Quantity declared = formation.get(type);
            if (declared != null
                    && ((declared.enforce() && deployed) || !known.counts().containsKey(type))) {
                counts.put(type, declared.quantity());
            } else {
                counts.putIfAbsent(type, usual.count(type));
            }
        }
        return new Formation(counts);
    }

    /** What an app.json declares. */
    static Manifest of(AppJson app) {
        SortedMap<ProcessType, Quantity> formation = new TreeMap<>();
        for (Map.Entry<String, AppJson.Quantity> each : app.formation().entrySet()) {
            AppJson.Quantity wanted = each.getValue();
            formation.put(new ProcessType(each.getKey()), new Quantity(wanted.quantity(), wanted.enforce()));
        }
        return new Manifest(formation, scripts(app.scripts()));
    }

    private static SortedMap<String, String> scripts(AppJson.Scripts wanted) {
        SortedMap<String, String> scripts = new TreeMap<>();
        put(scripts, PREDEPLOY, wanted.predeploy());
        put(scripts, FIRST_POSTDEPLOY, wanted.firstPostdeploy());
        put(scripts, POSTDEPLOY, wanted.postdeploy());
        return scripts;
    }

    private static void put(SortedMap<String, String> scripts, String name, @Nullable String command) {
        if (command != null) {
            scripts.put(name, command);
        }
    }
}
