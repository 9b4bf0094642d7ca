package dev.tinyserv.agent.app;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.tinyserv.buildpacks.base.Refusal;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * The desired state of an app, {@code apps/NAME.json}. Only verbs change it, never a crash, shutdown or reboot.
 *
 * @param identity which app it is; never changed
 * @param up whether it should run
 * @param build the settings of its next builds
 * @param scale which processes should run while it is up
 * @param types how the processes of each type are run; a type without an entry has {@link TypeSettings#DEFAULT}
 * @param affinity which of several instances gets a request
 */
public record AppState(
        Identity identity,
        boolean up,
        BuildSettings build,
        Scale scale,
        SortedMap<ProcessType, TypeSettings> types,
        Affinity affinity) {
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
        this(
                new Identity(app, port, createdAt, createdBy),
                up,
                BuildSettings.DEFAULT,
                Scale.NONE,
                new TreeMap<>(),
                Affinity.NONE);
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
                new Scale(
                        Objects.requireNonNullElse(file.formation(), Formation.NONE),
                        Objects.requireNonNullElse(file.formedBy(), 0),
                        Objects.requireNonNullElseGet(file.stopped(), TreeSet::new)),
                Objects.requireNonNullElseGet(file.types(), TreeMap::new),
                Affinity.named(file.affinity()));
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
                scale.formation().equals(Formation.NONE) ? null : scale.formation(),
                types,
                scale.formedBy() == 0 ? null : Integer.valueOf(scale.formedBy()),
                scale.stopped(),
                affinity.key());
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
        return new AppState(identity, wanted, build, scale, types, affinity);
    }

    /** This state with its builds changed. */
    public AppState withBuild(UnaryOperator<BuildSettings> change) {
        return new AppState(identity, up, change.apply(build), scale, types, affinity);
    }

    /** This state with other processes running. */
    public AppState withScale(Scale wanted) {
        return new AppState(identity, up, build, wanted, types, affinity);
    }

    /** This state with requests sent to several instances in another way. */
    public AppState withAffinity(Affinity wanted) {
        return new AppState(identity, up, build, scale, types, wanted);
    }

    /** This state with other numbers of processes running. */
    public AppState withFormation(Formation wanted) {
        return withScale(scale.formed(wanted, scale.formedBy()));
    }

    /** How the processes of a type are run. */
    public TypeSettings settings(ProcessType type) {
        return types.getOrDefault(type, TypeSettings.DEFAULT);
    }

    /** Refuses several processes of a type that is exclusive. */
    public void requireExclusiveOnes(Collection<ProcessType> among) {
        for (ProcessType type : among) {
            int count = scale.formation().count(type);
            if (settings(type).exclusive() && count > 1) {
                throw new Refusal(type + " of " + app() + " is exclusive, so 1 process of it runs at most, and not "
                        + count + "; `ps:scale " + type + "=1` or `ps:set " + type + " exclusive=off` mends that");
            }
        }
    }

    /** This state with the processes of a type run in another way. */
    public AppState withSettings(ProcessType type, TypeSettings settings) {
        SortedMap<ProcessType, TypeSettings> changed = new TreeMap<>(types);
        changed.put(type, settings);
        return new AppState(identity, up, build, scale, changed, affinity);
    }
}
