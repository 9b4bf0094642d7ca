package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.buildpacks.Refusal;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;

@Command(
        name = "builds:cancel",
        description = "Cancel the app's builds that are under way or wait; whoever pushed reads who did.",
        footer = "%nExample:%n  tinyserv builds:cancel")
final class BuildsCancel extends AppVerb {
    @Override
    void run(Context context, AppName app) {
        List<Integer> cancelled = context.services()
                .builds()
                .cancel(app, "by " + context.account().name() + " with builds:cancel");
        if (cancelled.isEmpty()) {
            throw new Refusal("no build of " + app + " is under way");
        }
        context.console()
                .line("Cancelled build "
                        + cancelled.stream().map(String::valueOf).collect(Collectors.joining(", ")) + " of " + app);
    }
}
