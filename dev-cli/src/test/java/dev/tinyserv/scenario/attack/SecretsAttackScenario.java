package dev.tinyserv.scenario.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Http;
import dev.tinyserv.scenario.Stage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Where others of the machine could read the value of a config var: argument lists, logs, files. */
class SecretsAttackScenario {
    private static final String SECRET = "hunter2-hunter2";

    @AutoClose
    private static final Stage STAGE = Stage.start();

    private static final AtomicInteger LOOKS = new AtomicInteger();
    private static final List<String> SEEN = new ArrayList<>();
    private static volatile boolean watching = true;

    @Test
    void noArgumentListNoLogAndNoOpenFileHoldsIt() throws Exception {
        App app = STAGE.developer().sample("node-deps", STAGE.newName("secret"));
        app.create();
        Thread watcher = new Thread(SecretsAttackScenario::watch, "watcher");
        watcher.start();
        String output;
        try {
            output = app.developer()
                    .tinyservWithInput(SECRET, "config:set", "GREETING=-")
                    .mustSucceed()
                    .all();
            output += app.push().mustSucceed().all();
            output += app.developer()
                    .tinyservWithInput(SECRET + "-2", "config:set", "OTHER=-")
                    .mustSucceed()
                    .all();
        } finally {
            watching = false;
            watcher.join();
        }

        assertThat(Http.text(app.port(), "/page")).as("the build had it").contains(SECRET);
        assertThat(LOOKS.get()).as("looks at argument lists").isGreaterThan(1_000);
        assertThat(SEEN).isEmpty();
        output += app.verb("logs", "-n", "500").all()
                + app.verb("releases").all()
                + app.verb("ps").all();
        assertThat(output).doesNotContain(SECRET);
        assertThat(holders(".log")).as("logs").isEmpty();
        assertThat(holders(".json"))
                .as("release files")
                .isNotEmpty()
                .allSatisfy(file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .isEqualTo("rw-------"));
    }

    /** The files of the server with such an end that hold the secret. */
    private static List<Path> holders(String end) throws IOException {
        List<Path> found = new ArrayList<>();
        try (Stream<Path> walk = Files.walk(STAGE.server().root())) {
            for (Path file : (Iterable<Path>) walk.filter(Files::isRegularFile)::iterator) {
                if (file.toString().endsWith(end)
                        && new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(SECRET)) {
                    found.add(file);
                }
            }
        }
        return found;
    }

    private static void watch() {
        while (watching) {
            try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
                processes.forEach(SecretsAttackScenario::look);
            } catch (IOException e) {
                throw new IllegalStateException("no /proc", e);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static void look(Path process) {
        try {
            String line = new String(Files.readAllBytes(process.resolve("cmdline")), StandardCharsets.ISO_8859_1);
            LOOKS.incrementAndGet();
            if (line.contains(SECRET)) {
                SEEN.add(line);
            }
        } catch (IOException e) {
            return; // gone meanwhile
        }
    }
}
