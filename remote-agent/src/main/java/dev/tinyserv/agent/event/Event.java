package dev.tinyserv.agent.event;

import dev.tinyserv.agent.app.AppName;

/** Something that happened to an app. {@link #text()} is one line for its timeline, without secrets. */
public interface Event {
    /** The app it happened to. */
    AppName app();

    /** Who says it, as it stands before the part in the timeline. */
    default String source() {
        return "tinyserv";
    }

    /** The part of the platform that did it, as it stands in {@code tinyserv[part]}. */
    String part();

    /** What happened and why, in one line; empty if the timeline does not tell it. */
    String text();

    /** An app was created, or its desired state was changed by a verb. */
    record Changed(AppName app, String text) implements Event {
        @Override
        public String part() {
            return "app";
        }
    }

    /** A build began, succeeded or failed. */
    record Built(AppName app, String text) implements Event {
        @Override
        public String part() {
            return "build";
        }
    }

    /** A release was made, went live or failed. */
    record Deployed(AppName app, String text) implements Event {
        @Override
        public String part() {
            return "deploy";
        }
    }

    /** An app was destroyed; listeners let go of what they hold of it. */
    record Destroyed(AppName app, String text) implements Event {
        @Override
        public String part() {
            return "app";
        }
    }
}
