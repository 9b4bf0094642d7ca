package dev.tinyserv.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.fixtures.Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The code that runs in the agent and in the router: none of it lies where builds can write. */
@ExtendWith(SharedStage.class)
class LoadedCodeScenario {
    private final Server server;

    LoadedCodeScenario(Stage stage) {
        this.server = stage.server();
    }

    /** The files with code that a process has mapped; of one that was deleted since the name ends so. */
    private static List<String> code(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(pid), "maps")).stream()
                .filter(line -> line.split(" +", 6)[1].contains("x") && line.contains("/"))
                .map(line -> line.substring(line.indexOf('/')))
                .distinct()
                .toList();
    }

    @Test
    void noneComesFromATemporaryFolder() throws IOException {
        String library = "lib/native/libnetty_transport_native_epoll_";

        assertThat(code(server.routerPid()))
                .as("the router uses the distribution's")
                .anyMatch(file -> file.contains(library))
                .noneMatch(file -> file.startsWith("/tmp/libnetty"))
                .noneMatch(file -> file.endsWith(" (deleted)"));
        assertThat(code(server.agentPid()))
                .isNotEmpty()
                .noneMatch(file -> file.startsWith("/tmp/libnetty"))
                .noneMatch(file -> file.endsWith(" (deleted)"));
    }

    @Test
    void noneOpensADebuggersSocketThere() throws IOException {
        for (long pid : List.of(server.agentPid(), server.routerPid())) {
            assertThat(Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"))
                            .split("\0"))
                    .contains("-XX:+DisableAttachMechanism", "-XX:-UsePerfData");
        }
    }
}
