package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import picocli.CommandLine.Command;

@Command(
        name = "ps:start",
        aliases = "start",
        description = "Start a stopped app.",
        footer = "%nExample:%n  tinyserv ps:start")
final class PsStart extends AppVerb {
    @Override
    void run(Context context, AppName app) {
        Quiet.run(context.console(), "Starting " + app, transcript -> {
            context.services().operator().start(app, context.account(), transcript, context.cancellation());
            return "done";
        });
    }
}
