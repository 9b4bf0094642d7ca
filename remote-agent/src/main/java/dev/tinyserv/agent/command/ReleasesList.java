package dev.tinyserv.agent.command;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.Printable;
import dev.tinyserv.agent.release.Release;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "releases",
        description = "List an app's releases, newest first.",
        footer = "%nExample:%n  tinyserv releases -n 30")
final class ReleasesList extends AppVerb {
    @Option(
            names = {"-n", "--num"},
            paramLabel = "N",
            description = "How many; 15 by default.")
    private int limit = 15;

    @Option(names = "--json", description = "Print an array, newest first.")
    private boolean json;

    /** A release in a list: without its variables, which are secret. */
    private record Row(
            int version,
            String name,
            Release.Status status,
            Instant createdAt,
            String createdBy,
            Release.Cause cause,
            String description,
            @Nullable String commit,
            @JsonProperty("current") boolean isCurrent) {}

    @Override
    void run(Context context, AppName app) {
        int current = context.services().releases().current(app).version();
        List<Release> releases = context.services().releases().newest(app, Math.max(1, limit));
        if (json) {
            context.console()
                    .json(releases.stream()
                            .map(release -> row(release, current))
                            .toList());
            return;
        }
        List<List<String>> rows = new ArrayList<>();
        for (Release release : releases) {
            String mark = switch (release.status()) {
                case FAILED -> "failed";
                case PENDING -> "pending";
                case LIVE -> release.version() == current ? "current" : "";
            };
            rows.add(List.of(
                    release.name(),
                    Printable.shortened(release.description(), 40),
                    Printable.shortened(release.createdBy(), 30),
                    Ago.of(release.createdAt(), context.services().clock()),
                    mark));
        }
        context.console().table(rows);
    }

    private static Row row(Release release, int current) {
        return new Row(
                release.version(),
                release.name(),
                release.status(),
                release.createdAt(),
                release.createdBy(),
                release.cause(),
                release.description(),
                release.commit(),
                release.version() == current);
    }
}
