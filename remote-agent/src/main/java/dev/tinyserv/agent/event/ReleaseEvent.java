package dev.tinyserv.agent.event;

import dev.tinyserv.agent.app.AppName;
import org.jspecify.annotations.Nullable;

/** What becomes of the releases of an app. */
public sealed interface ReleaseEvent extends Event {
    @Override
    AppName app();

    @Override
    default String part() {
        return "deploy";
    }

    /** The number of the release. */
    int version();

    /**
     * A release has become the current one.
     *
     * @param description what the release is, in a few words
     * @param commit the full id of the commit that its slug was built from; null without a slug
     */
    record Released(
            AppName app,
            int version,
            String description,
            String by,
            @Nullable String commit) implements ReleaseEvent {
        @Override
        public String text() {
            return "v" + version + " is live: " + description + " by " + by;
        }
    }

    /** A release that was begun did not go live. */
    record Failed(AppName app, int version, String why) implements ReleaseEvent {
        @Override
        public String text() {
            return "v" + version + " failed: " + why;
        }
    }
}
