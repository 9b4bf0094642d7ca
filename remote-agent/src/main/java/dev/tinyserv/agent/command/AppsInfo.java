package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "apps:info",
        aliases = "info",
        description = "Show an app's address, release and state.",
        footer = "%nExample:%n  tinyserv apps:info --json")
final class AppsInfo extends AppVerb {
    @Option(names = "--json", description = "Print an object with name, port, url, release and state.")
    private boolean json;

    @Override
    void run(Context context, AppName app) {
        AppSummary summary = AppSummary.of(context, context.services().apps().get(app));
        if (json) {
            context.console().json(summary);
            return;
        }
        context.console().line("=== " + app);
        context.console()
                .table(List.of(
                        List.of("URL:", summary.url()),
                        List.of("Port:", Integer.toString(summary.port())),
                        List.of("State:", summary.state()),
                        List.of("Release:", summary.release()),
                        List.of("Repository:", summary.repository())));
    }
}
