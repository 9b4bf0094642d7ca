package dev.tinyserv.agent.event;

import dev.tinyserv.agent.app.AppName;
import org.jspecify.annotations.Nullable;

/** Something that happened, as a record of its data. */
public interface Event {
    /** The app that it happened to; null if it concerns none. */
    @Nullable
    AppName app();

    /** The source of the line in the timeline, which stands before the part. */
    default String source() {
        return "tinyserv";
    }

    /** The part of the platform that did it, as it stands in {@code tinyserv[part]}. */
    String part();

    /** The line of the timeline, without secrets: what happened and why; empty for no line. */
    String text();
}
