package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import picocli.CommandLine.Command;

@Command(
        name = "ps:restart",
        aliases = "restart",
        description = "Start new processes beside the old ones and switch to them; no request is lost.",
        footer = "%nExample:%n  tinyserv ps:restart")
final class PsRestart extends AppVerb {
    @Override
    void run(Context context, AppName app) {
        Quiet.run(context.console(), "Restarting " + app, transcript -> {
            context.services().operator().restart(app, context.account(), transcript, context.cancellation());
            return "done";
        });
    }
}
