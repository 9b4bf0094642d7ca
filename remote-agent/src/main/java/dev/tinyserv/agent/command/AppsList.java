package dev.tinyserv.agent.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "apps", description = "List the apps.", footer = "%nExample:%n  tinyserv apps --json")
final class AppsList extends Verb {
    @Option(names = "--json", description = "Print an array with name, port and state.")
    private boolean json;

    @Override
    void run(Context context) {
        List<AppSummary> summaries = context.services().apps().all().stream()
                .filter(app -> context.account().mayUse(app.app()))
                .map(app -> AppSummary.inList(context, app))
                .toList();
        if (json) {
            context.console().json(summaries);
            return;
        }
        if (summaries.isEmpty()) {
            context.console().line("There are no apps yet; `tinyserv create` makes one.");
            return;
        }
        List<List<String>> rows = new ArrayList<>();
        for (AppSummary app : summaries) {
            rows.add(List.of(
                    app.name(), app.state(), app.release(), Objects.requireNonNullElse(app.url(), AppSummary.NO_URL)));
        }
        context.console().table(rows);
    }
}
