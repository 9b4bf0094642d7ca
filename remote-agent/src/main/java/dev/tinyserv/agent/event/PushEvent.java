package dev.tinyserv.agent.event;

import dev.tinyserv.agent.app.AppName;
import java.util.List;

/**
 * A push has moved refs of an app's repository, and the pusher knows; no line of the timeline tells that.
 *
 * @param refs the full names of those that were moved, made or deleted
 */
public record PushEvent(AppName app, String by, List<String> refs) implements Event {
    /** Copies what it is given. */
    public PushEvent {
        refs = List.copyOf(refs);
    }

    @Override
    public String part() {
        return "git";
    }

    @Override
    public String text() {
        return "";
    }
}
