package dev.tinyserv.agent.release;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.ConfigVars;
import dev.tinyserv.agent.app.ProcessType;
import dev.tinyserv.buildpacks.buildpack.Site;
import java.time.Instant;
import java.util.Collections;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Code and configuration together, numbered: {@code releases/NAME/vN.json}. All but the status is immutable.
 *
 * @param schema the version of this format: {@value #SCHEMA}
 * @param app the app
 * @param version the number, from 1, never used twice
 * @param id unique over all apps and times
 * @param status moves once, from pending to live or failed
 * @param createdAt when it was made
 * @param createdBy who made it
 * @param cause what it came from
 * @param description what it is, in a few words
 * @param commit the commit that its slug was built from; null without one
 * @param port the app's stable port
 * @param cmdline the command of {@code web}, else of its only type; null without a slug
 * @param processes the command of every process type
 * @param env the config vars
 * @param slug the id of its slug; null before the first push
 * @param slugEnv the variables that the buildpack gives, below the config vars
 * @param buildpack the buildpack that built the slug; null without one
 * @param site the files that the router serves itself, in a folder of the slug; null for none
 * @param root the folder of the slug that it was built in and runs in; empty for all of it
 * @param branchWas the commit that the branch named before the push; null for none, or if nothing was pushed
 */
public record Release(
        int schema,
        AppName app,
        int version,
        String id,
        Status status,
        Instant createdAt,
        String createdBy,
        Cause cause,
        String description,
        @Nullable String commit,
        int port,
        @Nullable String cmdline,
        SortedMap<ProcessType, String> processes,
        ConfigVars env,
        @Nullable String slug,
        SortedMap<String, String> slugEnv,
        @Nullable String buildpack,
        @Nullable Site site,
        String root,
        @Nullable String branchWas) {
    /** The version of the format that this code writes. */
    public static final int SCHEMA = 1;

    /** What a release came from. */
    public enum Cause {
        @JsonProperty("create")
        CREATE,
        @JsonProperty("push")
        PUSH,
        @JsonProperty("config")
        CONFIG,
        @JsonProperty("rollback")
        ROLLBACK,
        @JsonProperty("redeploy")
        REDEPLOY
    }

    /** How far a release came. */
    public enum Status {
        @JsonProperty("pending")
        PENDING,
        @JsonProperty("live")
        LIVE,
        @JsonProperty("failed")
        FAILED
    }

    /** Copies what it is given; a part that is missing, as in a damaged file, is a {@link NullPointerException}. */
    public Release {
        Objects.requireNonNull(app, "app");
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(status, "status");
        Objects.requireNonNull(createdAt, "createdAt");
        Objects.requireNonNull(createdBy, "createdBy");
        Objects.requireNonNull(cause, "cause");
        Objects.requireNonNull(description, "description");
        Objects.requireNonNull(env, "env");
        root = Objects.requireNonNullElse(root, "");
        processes = Collections.unmodifiableSortedMap(new TreeMap<>(Objects.requireNonNull(processes, "processes")));
        slugEnv = Collections.unmodifiableSortedMap(new TreeMap<>(Objects.requireNonNull(slugEnv, "slugEnv")));
        processes.values().forEach(command -> Objects.requireNonNull(command, "a command"));
        slugEnv.values().forEach(value -> Objects.requireNonNull(value, "a value of slugEnv"));
    }

    /** Its name, such as {@code v7}. */
    public String name() {
        return "v" + version;
    }

    /** This release with another status. */
    public Release withStatus(Status newStatus) {
        return new Release(
                schema,
                app,
                version,
                id,
                newStatus,
                createdAt,
                createdBy,
                cause,
                description,
                commit,
                port,
                cmdline,
                processes,
                env,
                slug,
                slugEnv,
                buildpack,
                site,
                root,
                branchWas);
    }

    /** Whether it has a process that is kept running. */
    public boolean runs() {
        return processes.keySet().stream().anyMatch(type -> !type.equals(ProcessType.RELEASE));
    }
}
