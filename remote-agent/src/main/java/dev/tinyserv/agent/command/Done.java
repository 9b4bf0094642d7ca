package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import java.time.Instant;

/** The result of a deed without further facts. */
record Done(String app) implements Facts {
    static Done with(AppName app) {
        return new Done(app.value());
    }

    @Override
    public Text text(Instant now) {
        return new Text().line("done");
    }
}
