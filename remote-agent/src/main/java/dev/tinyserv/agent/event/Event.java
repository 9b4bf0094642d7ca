package dev.tinyserv.agent.event;

import dev.tinyserv.agent.app.AppName;
import org.jspecify.annotations.Nullable;

/** Something that happened: a record of a sealed kind, with its data. {@link #text()} is the line that the app's timeline has of it, without secrets. */
public interface Event {
    /** The app it happened to; null if no app is concerned. */
    @Nullable
    AppName app();

    /** Who says it, as it stands before the part in the timeline. */
    default String source() {
        return "tinyserv";
    }

    /** The part of the platform that did it, as it stands in {@code tinyserv[part]}. */
    String part();

    /** What happened and why, in one line; empty if the timeline does not tell it. */
    String text();
}
