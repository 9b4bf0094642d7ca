package dev.tinyserv.scenario.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Eventually;
import dev.tinyserv.fixtures.Http;
import dev.tinyserv.fixtures.Result;
import dev.tinyserv.scenario.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** What release, branch and page say of a probe app, read where they lie: they must always say the same. */
final class Witness {
    private final App app;
    private final Path root;
    private final int port;

    private Witness(App app, Path root, int port) {
        this.app = app;
        this.root = root;
        this.port = port;
    }

    static Witness of(App app, Path root) {
        return new Witness(app, root, app.port());
    }

    App app() {
        return app;
    }

    int port() {
        return port;
    }

    JsonNode release() {
        return json(root.resolve("releases").resolve(app.name() + ".json"));
    }

    int version() {
        return release().at("/version").asInt();
    }

    /** The commit of the current release; empty while it has none. */
    String commit() {
        return release().at("/commit").asString("");
    }

    /** The commit that the branch names, as git says. */
    String branch() {
        Path repository = root.resolve("repositories").resolve(app.name());
        Result result = app.developer()
                .git("--git-dir", repository.toString(), "rev-parse", "--verify", "-q", "refs/heads/main");
        return result.out().strip();
    }

    String page() {
        return Http.text(port, "/").strip();
    }

    /** The process that answers. */
    String pid() {
        return Http.text(port, "/pid").strip();
    }

    /** Its own processes that are on record. */
    long instances() {
        try (Stream<Path> records = Files.list(root.resolve("run/instances"))) {
            List<Path> files =
                    records.filter(file -> file.toString().endsWith(".json")).toList();
            return files.stream()
                    .filter(file -> json(file).at("/app").asString("").equals(app.name()))
                    .count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Fails unless all agree before long, with one instance left and every release readable. */
    void requireAgreement(String when) {
        assertThat(branch()).as("the branch is where the release is, %s", when).isEqualTo(commit());
        Eventually.until(
                "the page is the release's, by one instance, " + when,
                () -> page().equals("v" + version()) && instances() == 1,
                () -> "page " + page() + ", release v" + version() + ", instances " + instances());
        requireReadableReleases(when);
    }

    private void requireReadableReleases(String when) {
        int version = version();
        for (int number = 1; number <= version; number++) {
            Path file = root.resolve("releases").resolve(app.name()).resolve("v" + number + ".json");
            if (number > version - 3 || number == 1) {
                assertThat(json(file).at("/status").asString(""))
                        .as("status of %s, %s", file, when)
                        .matches("live|failed");
            }
        }
    }

    private static JsonNode json(Path file) {
        try {
            return Json.of(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
