package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import picocli.CommandLine.Command;

@Command(
        name = "ps:stop",
        aliases = "stop",
        description = "Stop an app until it is started by hand; a reboot does not start it.",
        footer = "%nExample:%n  tinyserv ps:stop")
final class PsStop extends AppVerb {
    @Override
    void run(Context context, AppName app) {
        Quiet.run(context.console(), "Stopping " + app, transcript -> {
            context.services().operator().stop(app, context.account(), transcript, context.cancellation());
            return "done";
        });
    }
}
