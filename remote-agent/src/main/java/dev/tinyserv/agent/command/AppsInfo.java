package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "apps:info",
        aliases = "info",
        description = "Show an app's address, release and state.",
        footer = "%nExample:%n  tinyserv apps:info --json")
final class AppsInfo extends AppVerb {
    @Option(
            names = "--json",
            description =
                    "Print an object with name, port, url, release, state, repository, root, watch, autoCancel and show.")
    private boolean json;

    @Override
    void run(Context context, AppName app) {
        AppSummary summary = AppSummary.of(context, context.services().apps().get(app));
        if (json) {
            context.console().json(summary);
            return;
        }
        context.console().line("=== " + app);
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("URL:", Objects.requireNonNullElse(summary.url(), AppSummary.NO_URL)));
        rows.add(List.of("Port:", Integer.toString(summary.port())));
        rows.add(List.of("State:", summary.state()));
        rows.add(List.of("Release:", summary.release()));
        rows.add(List.of("Repository:", summary.repository()));
        if (!summary.root().isEmpty()) {
            rows.add(List.of("Root:", summary.root()));
        }
        if (!summary.watch().isEmpty()) {
            rows.add(List.of("Watched:", String.join(", ", summary.watch())));
        }
        if (summary.autoCancel()) {
            rows.add(List.of("Builds:", "a push cancels those of earlier ones"));
        }
        if (!summary.show().isEmpty()) {
            rows.add(List.of("Shown:", String.join(", ", summary.show())));
        }
        context.console().table(rows);
    }
}
