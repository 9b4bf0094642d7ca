package dev.tinyserv.agent.command;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.release.Release;
import dev.tinyserv.agent.release.Releases;
import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.base.Refusal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

final class ReleasesList extends AppVerb {
    static final VerbDeclaration VERB = VerbDeclaration.readsApp(
                    "releases", "List the releases of an app", "List an app's releases, newest first.")
            .by(Who.APP_USER)
            .json("Print an array, newest first.")
            .example("tinyserv releases -n 30");

    @Option(
            names = {"-n", "--num"},
            paramLabel = "N",
            description = "How many; 15 by default.")
    private int limit = 15;

    @Override
    Answer answer(Context context, AppName app) {
        if (limit < 1) {
            throw Refusal.usage("-n takes a number from 1 on");
        }
        Releases releases = context.releases();
        int current = releases.current(app).version();
        List<Row> rows = releases.newest(app, limit).stream()
                .map(release -> Row.of(release, current))
                .toList();
        return new Listing<>(rows, () -> "", Row::cells);
    }

    /** A release in a list: without its variables, which are secret. */
    @JsonPropertyOrder({
        "version",
        "name",
        "status",
        "createdAt",
        "createdBy",
        "cause",
        "description",
        "commit",
        "current"
    })
    private record Row(
            int version,
            Release.Status status,
            Instant createdAt,
            String createdBy,
            Release.Cause cause,
            String description,
            @Nullable String commit,
            @JsonProperty("current") boolean isCurrent) {
        static Row of(Release release, int current) {
            return new Row(
                    release.version(),
                    release.status(),
                    release.making().at(),
                    release.making().by(),
                    release.making().cause(),
                    release.making().description(),
                    release.commit(),
                    release.version() == current);
        }

        @JsonProperty("name")
        String name() {
            return "v" + version;
        }

        List<String> cells(Instant now) {
            return List.of(
                    name(),
                    Printable.shortened(description, 40),
                    Printable.shortened(createdBy, 30),
                    Ago.of(createdAt, now),
                    mark());
        }

        private String mark() {
            return switch (status) {
                case FAILED -> "failed";
                case PENDING -> "pending";
                case LIVE -> isCurrent ? "current" : "";
            };
        }
    }
}
