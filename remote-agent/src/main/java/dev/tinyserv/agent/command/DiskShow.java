package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.AppState;
import dev.tinyserv.agent.app.Sizes;
import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.agent.store.JsonStore;
import dev.tinyserv.agent.store.TreeSize;
import dev.tinyserv.buildpacks.Refusal;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "disk",
        description = "Show how much of the disk the apps take, the largest first, and how much is free.",
        footer = "%nExample:%n  tinyserv disk -a shop")
final class DiskShow extends Verb {
    @Option(
            names = {"-a", "--app"},
            paramLabel = "NAME",
            description = "Only this app.")
    private @Nullable String app;

    @Option(
            names = "--json",
            description =
                    "Print an object with apps (name, builds, cache, repository, logs, data), free and size, in bytes.")
    private boolean json;

    /** What one app takes, in bytes. */
    private record Use(String name, long builds, long cache, long repository, long logs, long data) {
        static Use of(Layout layout, AppName app) {
            return new Use(
                    app.value(),
                    TreeSize.of(layout.builds(app)),
                    TreeSize.of(layout.cache(app)),
                    TreeSize.of(layout.repository(app)),
                    TreeSize.of(layout.logs(app)) + TreeSize.of(layout.buildLogs(app)),
                    TreeSize.of(layout.data(app)));
        }

        long all() {
            return builds + cache + repository + logs + data;
        }

        List<String> row() {
            return List.of(
                    name,
                    Sizes.of(builds),
                    Sizes.of(cache),
                    Sizes.of(repository),
                    Sizes.of(logs),
                    Sizes.of(data),
                    Sizes.of(all()));
        }
    }

    private record Answer(List<Use> apps, long free, long size) {}

    @Override
    void run(Context context) {
        Layout layout = context.settings().layout();
        List<Use> uses = apps(context).stream()
                .map(name -> Use.of(layout, name))
                .sorted(Comparator.comparingLong(Use::all).reversed())
                .toList();
        try {
            FileStore disk = Files.getFileStore(layout.root());
            Answer answer = new Answer(uses, disk.getUsableSpace(), disk.getTotalSpace());
            if (json) {
                context.console().json(answer);
                return;
            }
            List<List<String>> rows = new ArrayList<>();
            rows.add(List.of("app", "builds", "cache", "repository", "logs", "data", "all"));
            uses.forEach(use -> rows.add(use.row()));
            context.console().table(rows);
            context.console().line("free: " + Sizes.of(answer.free()) + " of " + Sizes.of(answer.size()));
        } catch (IOException e) {
            throw new Refusal("cannot look at the disk of " + layout.root() + ": " + JsonStore.reason(e), e);
        }
    }

    private List<AppName> apps(Context context) {
        if (app != null) {
            AppName named = new AppName(app);
            context.call().caller().requireUseOf(named);
            return List.of(context.services().apps().get(named).app());
        }
        return context.services().apps().all().stream()
                .map(AppState::app)
                .filter(context.account()::mayUse)
                .toList();
    }
}
