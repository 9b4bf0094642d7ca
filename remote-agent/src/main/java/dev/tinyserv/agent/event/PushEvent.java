package dev.tinyserv.agent.event;

import dev.tinyserv.agent.app.AppName;
import java.util.List;

/**
 * A push has moved refs of an app's repository, and the pusher was told. Not in the timeline.
 *
 * @param refs the full names of those that were moved, made or deleted
 */
public record PushEvent(AppName app, String by, List<String> refs) implements Event {
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
