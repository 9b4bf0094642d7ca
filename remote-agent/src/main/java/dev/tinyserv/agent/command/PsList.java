package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.run.InstanceStatus;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "ps",
        description = "List an app's running processes.",
        footer = "%nExample:%n  tinyserv ps -a shop --json")
final class PsList extends AppVerb {
    @Option(
            names = "--json",
            description = "Print an array with name, type, state, pid, port, release, since, restarts and lastExit.")
    private boolean json;

    @Override
    void run(Context context, AppName app) {
        List<InstanceStatus> instances = context.services().supervisor().list(app);
        if (json) {
            context.console().json(instances);
            return;
        }
        if (instances.isEmpty()) {
            AppSummary summary =
                    AppSummary.of(context, context.services().apps().get(app));
            boolean isSite = summary.state().equals("up");
            context.console()
                    .line(app + " runs nothing: "
                            + (isSite ? "the router serves its files." : "it is " + summary.state() + "."));
            return;
        }
        List<List<String>> rows = new ArrayList<>();
        for (InstanceStatus instance : instances) {
            rows.add(List.of(
                    instance.name(),
                    instance.state(),
                    instance.release(),
                    Ago.of(instance.since(), context.services().clock()),
                    detailOf(instance)));
        }
        context.console().table(rows);
    }

    private static String detailOf(InstanceStatus instance) {
        List<String> details = new ArrayList<>();
        if (instance.pid() != null) {
            details.add("pid " + instance.pid());
        }
        if (instance.port() != null) {
            details.add("port " + instance.port());
        }
        if (instance.restarts() > 0) {
            details.add(instance.restarts() + (instance.restarts() == 1 ? " restart" : " restarts"));
        }
        if (instance.lastExit() != null) {
            details.add("last exit status " + instance.lastExit());
        }
        return String.join(", ", details);
    }
}
