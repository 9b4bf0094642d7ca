package dev.tinyserv.agent.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.Endpoint;
import dev.tinyserv.agent.app.ProcessName;
import dev.tinyserv.agent.app.ProcessType;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the next agent must know of an instance: {@code run/instances/ID.json}, written before the process is started.
 *
 * @param schema the version of this format: {@value #SCHEMA}
 * @param id unique over all apps and times
 * @param app the app
 * @param version the number of its release
 * @param type its process type
 * @param name such as {@code web.1}
 * @param role what it is for the app; {@link #actual} knows better
 * @param port its {@code PORT}; null if it got none
 * @param endpoint where it takes requests; null until it is ready, and if it takes none
 * @param bootId the boot of the machine that it was started in
 * @param createdAt when it was started
 * @param readyAt when it passed its gate; null until then
 * @param restarts how often this process was started again since its release went live
 * @param crashes how many crashes in a row led to this start
 * @param rolling true for a current one as long as it is not known whether its release will count; null for any other.
 *     0.1.0 takes it for current, and replaces it by what the release that counts runs
 * @param beside what it is for the app, if it is not the app's first process; else null. 0.1.0 runs one process of an
 *     app, and would take the newest current one for that; so the role of such a current one is retired
 */
record InstanceRecord(
        int schema,
        String id,
        AppName app,
        int version,
        ProcessType type,
        ProcessName name,
        Role role,
        @Nullable Integer port,
        @Nullable Endpoint endpoint,
        String bootId,
        Instant createdAt,
        @Nullable Instant readyAt,
        int restarts,
        int crashes,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Boolean rolling,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Role beside) {
    static final int SCHEMA = 1;

    /** What an instance is for its app. */
    enum Role {
        /** Started beside the current one, and not supervised yet. */
        @JsonProperty("candidate")
        CANDIDATE,
        /** Supervised. */
        @JsonProperty("current")
        CURRENT,
        /** Was current, and will be ended when its requests are done. */
        @JsonProperty("retired")
        RETIRED,
        /** Runs once, such as a release phase. */
        @JsonProperty("one-off")
        ONE_OFF
    }

    /** What it is for its app. */
    Role actual() {
        return beside == null ? role : beside;
    }

    InstanceRecord withRole(Role newRole) {
        return with(newRole, endpoint, readyAt, null);
    }

    /**
     * Current before it is known whether its release will count. Where the former one of the same process still runs,
     * that one comes back if the release does not count.
     */
    InstanceRecord currentForNow() {
        return with(Role.CURRENT, endpoint, readyAt, true);
    }

    InstanceRecord ready(@Nullable Endpoint itsEndpoint, Instant since) {
        return with(actual(), itsEndpoint, since, rolling);
    }

    /** Whether it is current, and it is not known yet that its release will count. */
    boolean tentative() {
        return Boolean.TRUE.equals(rolling);
    }

    private InstanceRecord with(
            Role newRole, @Nullable Endpoint newEndpoint, @Nullable Instant newReadyAt, @Nullable Boolean newRolling) {
        return new InstanceRecord(
                schema,
                id,
                app,
                version,
                type,
                name,
                beside != null && newRole == Role.CURRENT ? Role.RETIRED : newRole,
                port,
                newEndpoint,
                bootId,
                createdAt,
                newReadyAt,
                restarts,
                crashes,
                newRolling,
                beside == null ? null : newRole);
    }

    /** Its app, release and name, for the agent's log. */
    String inFull() {
        return app + " v" + version + " " + name;
    }
}
