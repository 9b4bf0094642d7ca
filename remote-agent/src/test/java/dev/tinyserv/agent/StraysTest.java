package dev.tinyserv.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.buildpacks.process.ProcessIdentity;
import dev.tinyserv.fixtures.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
@Tag("slow")
class StraysTest {
    /** Listens, and ends at SIGTERM with a status at which a keeper starts it again. */
    private static final String ROUTER = """
            import os, signal, socket, sys
            signal.signal(signal.SIGTERM, lambda number, frame: os._exit(137))
            listening = socket.create_server(('127.0.0.1', 0))
            open(sys.argv[1], 'a').write('started\\n')
            while True:
                signal.pause()
            """;

    @TempDir
    Path folder;

    private List<String> starts(Path record) {
        try {
            return Files.exists(record) ? Files.readAllLines(record) : List.of();
        } catch (IOException e) {
            return List.of();
        }
    }

    @Test
    void aRouterWithoutItsLockIsEndedWithItsKeeperWhichWouldStartAnother() throws Exception {
        assumeTrue(new ProcessBuilder("sh", "-c", "command -v python3").start().waitFor() == 0, "there is no python3");
        Layout layout = new Layout(Files.createDirectories(folder.resolve("root")));
        Path record = folder.resolve("record");
        Path keep = Files.createDirectories(folder.resolve("libexec")).resolve("keep");
        Files.copy(Path.of("src/main/dist/libexec/keep"), keep);
        Path script = Files.writeString(folder.resolve("router.py"), ROUTER);
        ProcessBuilder builder = new ProcessBuilder(
                "sh", keep.toString(), "python3", script.toString(), record.toString(), Main.class.getName(), "router");
        builder.environment().put("TINYSERV_ROOT", layout.root().toString());
        Process keeper = builder.redirectErrorStream(true)
                .redirectOutput(folder.resolve("out").toFile())
                .start();
        try {
            Eventually.until("the router listens", () -> starts(record).size() == 1);
            List<ProcessIdentity> told = new ArrayList<>();

            new Strays(layout).endRoutersWithoutLock(0, told::add);

            assertThat(told).hasSize(1).noneMatch(router -> router.pid() == keeper.pid());
            Eventually.until("the keeper has left", () -> !keeper.isAlive());
            assertThat(new Strays(layout).servers()).isEmpty();
            Eventually.always(
                    "no other is started",
                    Duration.ofSeconds(1),
                    () -> starts(record).size() == 1);
        } finally {
            keeper.destroyForcibly();
            new Strays(layout).end();
        }
    }
}
