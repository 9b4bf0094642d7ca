package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.buildpacks.Refusal;
import picocli.CommandLine.Command;

@Command(
        name = "apps:open",
        aliases = "open",
        description = "Print the app's URL; on a developer's machine, open it in the browser.",
        footer = "%nExample:%n  tinyserv open")
final class AppsOpen extends AppVerb {
    @Override
    void run(Context context, AppName app) {
        String url = AppSummary.urlOf(
                context,
                context.services().apps().get(app),
                context.services().releases().current(app));
        if (url == null) {
            throw new Refusal(app + " has no web process, and so no URL; `ps -a " + app + "` shows what runs");
        }
        context.console().line(url);
    }
}
