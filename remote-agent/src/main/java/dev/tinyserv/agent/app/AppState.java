package dev.tinyserv.agent.app;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The desired state of an app, {@code apps/NAME.json}. Only verbs change it, never a crash, shutdown or reboot.
 *
 * @param identity which app it is; never changed
 * @param up whether it should run
 * @param build the settings of its next builds
 * @param formation how many processes of each type run; null for {@link Formation#usual}
 * @param types how the processes of each type are run; a type without an entry has {@link TypeSettings#DEFAULT}
 */
public record AppState(
        Identity identity,
        boolean up,
        BuildSettings build,
        @Nullable Formation formation,
        SortedMap<ProcessType, TypeSettings> types) {
    /** Leaves the default settings of types out. */
    public AppState {
        SortedMap<ProcessType, TypeSettings> set = new TreeMap<>(types);
        set.values().removeIf(TypeSettings.DEFAULT::equals);
        types = Collections.unmodifiableSortedMap(set);
    }

    /**
     * What stays the same for as long as the app exists.
     *
     * @param app the app's name
     * @param port its stable port, on which the router listens
     * @param createdAt when it was created
     * @param createdBy who created it
     */
    public record Identity(AppName app, int port, Instant createdAt, String createdBy) {
        /** Throws a {@link NullPointerException} if a part is missing, as in a damaged file. */
        public Identity {
            Objects.requireNonNull(app, "app");
            Objects.requireNonNull(createdAt, "createdAt");
            Objects.requireNonNull(createdBy, "createdBy");
        }
    }

    /** The state of a new app, with all defaults. */
    public AppState(AppName app, int port, boolean up, Instant createdAt, String createdBy) {
        this(new Identity(app, port, createdAt, createdBy), up, BuildSettings.DEFAULT, null, new TreeMap<>());
    }

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static AppState of(AppFile file) {
        return new AppState(
                new Identity(file.app(), file.port(), file.createdAt(), file.createdBy()),
                file.up(),
                new BuildSettings(
                        Objects.requireNonNullElse(file.buildpacks(), List.of()),
                        Objects.requireNonNullElse(file.root(), ""),
                        Objects.requireNonNullElse(file.watch(), List.of()),
                        Objects.requireNonNullElse(file.autoCancel(), false),
                        Objects.requireNonNullElse(file.show(), List.of())),
                file.formation(),
                Objects.requireNonNullElseGet(file.types(), TreeMap::new));
    }

    @JsonValue
    AppFile file() {
        return new AppFile(
                AppFile.SCHEMA,
                app(),
                port(),
                up,
                identity.createdAt(),
                identity.createdBy(),
                build.buildpacks(),
                build.root(),
                build.watch(),
                build.autoCancel(),
                build.show(),
                formation,
                types);
    }

    /** The app's name. */
    public AppName app() {
        return identity.app();
    }

    /** Its stable port, on which the router listens. */
    public int port() {
        return identity.port();
    }

    /** This state with the app wanted up, or stopped. */
    public AppState withUp(boolean wanted) {
        return new AppState(identity, wanted, build, formation, types);
    }

    /** This state with its builds changed. */
    public AppState withBuild(UnaryOperator<BuildSettings> change) {
        return new AppState(identity, up, change.apply(build), formation, types);
    }

    /** This state with other processes running; null for the usual ones. */
    public AppState withFormation(@Nullable Formation wanted) {
        return new AppState(identity, up, build, wanted, types);
    }

    /** How the processes of a type are run. */
    public TypeSettings settings(ProcessType type) {
        return types.getOrDefault(type, TypeSettings.DEFAULT);
    }

    /** This state with the processes of a type run in another way. */
    public AppState withSettings(ProcessType type, TypeSettings settings) {
        SortedMap<ProcessType, TypeSettings> changed = new TreeMap<>(types);
        changed.put(type, settings);
        return new AppState(identity, up, build, formation, changed);
    }

    /**
     * The processes that should run of a release with these types.
     *
     * @throws dev.tinyserv.buildpacks.base.Refusal as {@link Formation#usual}, if no formation was set
     */
    public Formation formationOf(Collection<ProcessType> types) {
        return formation == null ? Formation.usual(types) : formation.of(types);
    }
}
