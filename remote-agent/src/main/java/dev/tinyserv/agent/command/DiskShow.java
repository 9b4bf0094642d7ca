package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.agent.store.JsonStore;
import dev.tinyserv.agent.store.TreeSize;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.base.Sizes;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

final class DiskShow extends OneOrAllApps {
    static final VerbDeclaration VERB = VerbDeclaration.readsServer(
                    "disk",
                    "Show how much of the disk the apps take",
                    "Show how much of the disk the apps take, the largest first, and how much is free.")
            .by(Who.ANYBODY)
            .json("Print an object with apps (name, builds, cache, repository, logs, data), free and size, "
                    + "in bytes.")
            .example("tinyserv disk -a shop");

    /** The disk use of one app, in bytes. */
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

    @Override
    Answer answer(Context context) {
        Layout layout = context.settings().layout();
        List<Use> uses = apps(context).stream()
                .map(name -> Use.of(layout, name))
                .sorted(Comparator.comparingLong(Use::all).reversed())
                .toList();
        try {
            FileStore disk = Files.getFileStore(layout.root());
            return new DiskUse(uses, disk.getUsableSpace(), disk.getTotalSpace());
        } catch (IOException e) {
            throw new Refusal("cannot look at the disk of " + layout.root() + ": " + JsonStore.reason(e), e);
        }
    }

    /** The disk use of each app, with the free and the total bytes of the disk. */
    private record DiskUse(List<Use> apps, long free, long size) implements Facts {
        @Override
        public Text text(Instant now) {
            List<List<String>> rows = new ArrayList<>();
            rows.add(List.of("app", "builds", "cache", "repository", "logs", "data", "all"));
            apps.forEach(use -> rows.add(use.row()));
            return new Text().table(rows).line("free: " + Sizes.of(free) + " of " + Sizes.of(size));
        }
    }
}
