package dev.tinyserv.agent.release;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.ConfigVars;
import dev.tinyserv.agent.app.ProcessType;
import dev.tinyserv.agent.build.Manifest;
import dev.tinyserv.agent.build.Slug;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.buildpack.Site;
import java.time.Instant;
import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One numbered version of an app: code with configuration. Only its status ever changes.
 *
 * @param header its app, number, status and making
 * @param slug its code; null before the first push
 * @param env the config vars
 */
public record Release(Header header, @Nullable Slug slug, ConfigVars env) {
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

    /** Whether a release went live. */
    public enum Status {
        @JsonProperty("pending")
        PENDING,
        @JsonProperty("live")
        LIVE,
        @JsonProperty("failed")
        FAILED
    }

    /**
     * Which release it is.
     *
     * @param app the app
     * @param version the number, from 1, never used twice
     * @param id unique over all apps and times
     * @param status moves once, from pending to live or failed
     * @param making how it came to be
     */
    public record Header(AppName app, int version, String id, Status status, Making making) {}

    /**
     * How a release came to be.
     *
     * @param at when it was made
     * @param by who made it
     * @param cause what it came from
     * @param description what it is, in a few words
     * @param branchWas the commit that the branch named before the push; null for none, or if nothing was pushed
     */
    public record Making(
            Instant at,
            String by,
            Cause cause,
            String description,
            @Nullable String branchWas) {}

    public AppName app() {
        return header.app();
    }

    /** The number, from 1. */
    public int version() {
        return header.version();
    }

    /** Whether it went live. */
    public Status status() {
        return header.status();
    }

    /** How it came to be. */
    public Making making() {
        return header.making();
    }

    /** Its name, such as {@code v7}. */
    public String name() {
        return "v" + version();
    }

    /** The commit that its slug was built from; null without one. */
    public @Nullable String commit() {
        return slug == null ? null : slug.commit();
    }

    /** The command of every process type; none without a slug. */
    public SortedMap<ProcessType, String> processes() {
        return slug == null ? Collections.emptySortedMap() : slug.processes();
    }

    /** The files that the router serves itself, in a folder of the slug; null for none. */
    public @Nullable Site site() {
        return slug == null ? null : slug.site();
    }

    /** What its commit declares for running; nothing without a slug. */
    public Manifest manifest() {
        return slug == null ? Manifest.NONE : slug.manifest();
    }

    /** This release with another status. */
    public Release withStatus(Status status) {
        Header moved = new Header(app(), version(), header.id(), status, making());
        return new Release(moved, slug, env);
    }

    /** The types of its processes that are kept running. */
    public SortedSet<ProcessType> types() {
        SortedSet<ProcessType> types = new TreeSet<>(processes().keySet());
        types.remove(ProcessType.RELEASE);
        return types;
    }

    /** Refuses a type of which this release keeps no process running, and names those there are. */
    public void requireType(ProcessType type) {
        if (type.equals(ProcessType.RELEASE)) {
            throw new Refusal("release is no type that is kept running: it runs once for each release");
        }
        if (slug != null && !types().contains(type)) {
            String known = types().stream().map(ProcessType::value).collect(Collectors.joining(", "));
            throw new Refusal(app() + " " + name() + " has no process type " + type + "; "
                    + (known.isEmpty() ? "it has none" : "there " + (types().size() == 1 ? "is " : "are ") + known));
        }
    }

    /** Whether it has a process that is kept running. */
    public boolean runs() {
        return !types().isEmpty();
    }

    /** Whether it has a process that the router can send requests to, or files that the router serves itself. */
    public boolean takesRequests() {
        return processes().containsKey(ProcessType.WEB) || site() != null;
    }
}
