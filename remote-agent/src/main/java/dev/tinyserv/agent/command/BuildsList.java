package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.Printable;
import dev.tinyserv.agent.build.BuildRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "builds",
        description = "List an app's last builds, newest first, with the time that each step took.",
        footer = "%nExample:%n  tinyserv builds --json")
final class BuildsList extends AppVerb {
    @Option(
            names = "--json",
            description =
                    "Print an array with number, commit, startedAt, millis, result, reason, slug, bytes and steps.")
    private boolean json;

    @Override
    void run(Context context, AppName app) {
        List<BuildRecord> builds = context.services().builds().newest(app);
        if (json) {
            context.console().json(builds);
            return;
        }
        List<List<String>> rows = new ArrayList<>();
        for (BuildRecord build : builds) {
            rows.add(List.of(
                    Integer.toString(build.number()),
                    build.commit().substring(0, Math.min(7, build.commit().length())),
                    build.result().name().toLowerCase(Locale.ROOT),
                    Ago.of(build.startedAt(), context.services().clock()),
                    seconds(build.millis()),
                    Printable.escaped(detail(build))));
        }
        context.console().table(rows);
    }

    private static String detail(BuildRecord build) {
        String reason = build.reason();
        if (reason != null) {
            return Printable.shortened(reason, 100);
        }
        return build.steps().stream()
                .filter(step -> step.millis() >= 100)
                .map(step -> Printable.shortened(step.name(), 40) + " " + seconds(step.millis()))
                .collect(Collectors.joining(", "));
    }

    private static String seconds(long millis) {
        return String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
    }
}
