package dev.tinyserv.agent.event;

import dev.tinyserv.agent.app.AppName;
import java.time.Duration;

/** What happens to the builds of an app. */
public sealed interface BuildEvent extends Event {
    @Override
    AppName app();

    @Override
    default String part() {
        return "build";
    }

    /** The number of the build; each app counts its own. */
    int number();

    /** The full id of the commit that is built. */
    String commit();

    /**
     * How long a build took.
     *
     * @param waited until other builds had ended
     * @param built from then to its end; zero if it never began
     */
    record Times(Duration waited, Duration built) {}

    /** A build began. */
    record Began(AppName app, int number, String commit) implements BuildEvent {
        @Override
        public String text() {
            return name(commit) + " started";
        }
    }

    /** A build has ended. */
    sealed interface Ended extends BuildEvent {
        /** How long it took. */
        Times times();
    }

    /**
     * A build made a slug.
     *
     * @param slug its id
     */
    record Succeeded(AppName app, int number, String commit, Times times, String slug) implements Ended {
        @Override
        public String text() {
            return name(commit) + " done in " + times.built().toMillis() + " ms: slug " + slug;
        }
    }

    /**
     * A build made nothing, because it failed or was cancelled.
     *
     * @param why the reason, for the pusher, without values of config vars
     */
    record Failed(AppName app, int number, String commit, Times times, String why) implements Ended {
        @Override
        public String text() {
            return name(commit) + " failed: " + why;
        }
    }

    private static String name(String commit) {
        return "build of " + commit.substring(0, Math.min(7, commit.length()));
    }
}
