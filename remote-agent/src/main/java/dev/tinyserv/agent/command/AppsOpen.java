package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import picocli.CommandLine.Command;

@Command(
        name = "apps:open",
        aliases = "open",
        description = "Print the app's URL; on a developer's machine, open it in the browser.",
        footer = "%nExample:%n  tinyserv open")
final class AppsOpen extends AppVerb {
    @Override
    void run(Context context, AppName app) {
        context.console().line(context.urlOf(context.services().apps().get(app).port()));
    }
}
