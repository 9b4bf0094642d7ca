package dev.tinyserv.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Developer;
import dev.tinyserv.fixtures.Eventually;
import dev.tinyserv.fixtures.Http;
import dev.tinyserv.fixtures.Result;
import dev.tinyserv.fixtures.Sandbox;
import dev.tinyserv.fixtures.Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Space that comes back: by itself after a push that was refused, and with {@code disk:clean}. */
@Tag("thorough")
class DiskCleanScenario {
    private static final int MB = 1 << 20;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** Needs root, to mount a small disk. */
    @Test
    void aPushForWhichThereIsNoSpaceGivesBackWhatItTook() throws IOException {
        Sandbox sandbox = Sandbox.create();
        String problem = sandbox.mountSmallDisk(sandbox.root(), "160m");
        if (!problem.isEmpty()) {
            sandbox.close();
        }
        assumeTrue(problem.isEmpty(), () -> "no small disk can be mounted here: " + problem);
        try (Stage stage = Stage.start(new Server(sandbox, Map.of("TINYSERV_ARCHIVES", "")))) {
            App app = stage.probe();
            Path root = sandbox.root();
            fillUpTo(root, 47 * MB);
            long free = free(root);
            app.writeBytes("noise", noise(1, 40 * MB)).commit("More than fits twice");

            Result push = app.push().mustFail();

            assertThat(push.err()).contains("they would not fit");
            Eventually.until("the space is free again", LIMIT, () -> free(root) > free - MB);
            assertThat(packs(root, app)).hasSize(1);
            assertThat(Http.text(app.port(), "/")).isEqualTo("v2\n");
            app.writeBytes("noise", noise(2, 60 * MB)).commit("More than fits once");
            app.push().mustFail();
            Eventually.until("the space is free again", LIMIT, () -> free(root) > free - MB);

            app.developer().git("reset", "-q", "--hard", "HEAD~2").mustSucceed();
            app.write("small", "small").commit("Fits").push().mustSucceed();
            assertThat(Http.text(app.port(), "/")).isEqualTo("v3\n");
        }
    }

    @Test
    void diskCleanFreesWhatNobodyNeedsAndSaysHowMuch() throws IOException {
        try (Stage stage = Stage.start(Map.of("TINYSERV_KEEP_SLUGS", "1"))) {
            App app = withGarbage(stage);
            App other = stage.probe();
            Developer admin = app.developer();
            Path root = stage.server().root();
            Path gone = leftoversOf(root, "gone");
            Path cache = Files.createDirectories(root.resolve("cache").resolve(app.name()));
            Files.write(cache.resolve("kept"), noise(3, MB));
            Files.setLastModifiedTime(cache, FileTime.from(Instant.now().minus(Duration.ofDays(31))));
            Path used = Files.createDirectories(root.resolve("cache").resolve(other.name()));
            Files.write(used.resolve("kept"), noise(4, MB));

            Result dry = admin.tinyserv("disk:clean", "--dry-run").mustSucceed();

            assertThat(dry.out())
                    .containsPattern(app.name() + " +repository +5 MB")
                    .containsPattern(app.name() + " +cache +1 MB")
                    .containsPattern("gone +leftovers +2 MB")
                    .containsPattern("would free \\d MB \\(\\d{7} bytes\\)")
                    .doesNotContain(other.name() + " ");
            assertThat(gone).exists();
            assertThat(cache).exists();
            assertThat(size(root.resolve("repositories").resolve(app.name()))).isGreaterThan(5 * MB);

            JsonNode one = Json.of(admin.ssh("disk:clean", "-a", app.name(), "--json"));
            assertThat(one.valueStream().map(each -> each.at("/app").asString()))
                    .containsOnly(app.name());
            assertThat(one.valueStream()
                            .filter(each -> each.at("/what").asString().equals("repository"))
                            .map(each -> each.at("/bytes").asLong()))
                    .allSatisfy(bytes -> assertThat(bytes).isGreaterThan(5 * MB))
                    .hasSize(1);
            assertThat(size(root.resolve("repositories").resolve(app.name()))).isLessThan(MB);
            assertThat(cache).doesNotExist();
            assertThat(gone).exists();

            assertThat(stage.server().remote("disk:clean").mustSucceed().out())
                    .containsPattern("gone +leftovers +2 MB")
                    .contains("freed 2 MB");
            assertThat(gone).doesNotExist();
            assertThat(used).exists();
            assertThat(admin.tinyserv("disk:clean").mustSucceed().out()).isEqualTo("nothing to free\n");
            assertThat(Http.text(app.port(), "/")).isEqualTo("v3\n");
            app.verb("redeploy").mustSucceed();
        }
    }

    @Test
    void aDamagedRepositoryIsToldAndTheOtherAppsAreCleaned() throws IOException {
        try (Stage stage = Stage.start()) {
            App damaged = stage.probe();
            App other = withGarbage(stage);
            Path root = stage.server().root();
            Path repository = root.resolve("repositories").resolve(damaged.name());
            Files.writeString(repository.resolve("refs/heads/side"), "1".repeat(40) + "\n");
            Developer admin = other.developer();

            Result json = admin.tinyserv("disk:clean", "--dry-run", "--json").mustFail();
            Result clean = admin.tinyserv("disk:clean").mustFail();

            assertThat(json.err()).contains("repository of " + damaged.name(), repository.toString(), "1".repeat(40));
            assertThat(json.out()).startsWith("[").contains("\"" + other.name() + "\"");
            assertThat(clean.err()).contains("repository of " + damaged.name(), repository.toString(), "1".repeat(40));
            assertThat(clean.out()).containsPattern(other.name() + " +repository +5 MB");
            assertThat(size(root.resolve("repositories").resolve(other.name()))).isLessThan(MB);
        }
    }

    @Test
    void onlyAdminsClean() {
        try (Stage stage = Stage.start()) {
            App app = stage.probe();
            Path key = stage.sandbox().makeKey("deployer", "deployer");
            stage.developer()
                    .sshWithInput(
                            stage.sandbox().publicKey(key),
                            "keys:add",
                            "deployer",
                            "--role",
                            "deployer",
                            "--apps",
                            app.name())
                    .mustSucceed();

            for (List<String> arguments : List.of(List.of("disk:clean"), List.of("disk:clean", "-a", app.name()))) {
                assertThat(stage.developer()
                                .withKey(key)
                                .ssh(arguments.toArray(String[]::new))
                                .mustFail()
                                .err())
                        .contains("clean the disk");
            }
            assertThat(stage.developer()
                            .ssh("disk:clean", "-a", "nosuch")
                            .mustFail()
                            .err())
                    .contains("no app 'nosuch'");
        }
    }

    /** An app of whose repository a forced push has left 5 MB that no ref names. */
    private static App withGarbage(Stage stage) {
        App app = stage.developer().sample("probe", stage.newName("forced"));
        app.create();
        app.writeBytes("noise", noise(1, 5 * MB)).commit("With noise").push().mustSucceed();
        app.developer().git("reset", "-q", "--hard", "HEAD^").mustSucceed();
        app.write("small", "small").commit("Without noise");
        app.developer().git("push", "--force", "tinyserv", "main").mustSucceed();
        return app;
    }

    private static Path leftoversOf(Path root, String app) throws IOException {
        Path builds =
                Files.createDirectories(root.resolve("builds").resolve(app).resolve("20260101-000000-abcdefg"));
        Files.write(builds.resolve("x"), noise(5, MB));
        Path cache = Files.createDirectories(root.resolve("cache").resolve(app));
        Files.write(cache.resolve("x"), noise(6, MB));
        return builds;
    }

    private static void fillUpTo(Path disk, long left) throws IOException {
        byte[] block = new byte[64 * 1024];
        try (var filling = Files.newOutputStream(disk.resolve("filling"))) {
            while (free(disk) > left) {
                filling.write(block);
            }
        }
    }

    private static long free(Path disk) {
        return disk.toFile().getUsableSpace();
    }

    private static List<Path> packs(Path root, App app) throws IOException {
        try (Stream<Path> files =
                Files.list(root.resolve("repositories").resolve(app.name()).resolve("objects/pack"))) {
            return files.filter(file -> file.toString().endsWith(".pack")).toList();
        }
    }

    private static long size(Path tree) throws IOException {
        try (Stream<Path> files = Files.walk(tree)) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        }
    }

    private static byte[] noise(int seed, int bytes) {
        byte[] noise = new byte[bytes];
        new Random(seed).nextBytes(noise);
        return noise;
    }
}
