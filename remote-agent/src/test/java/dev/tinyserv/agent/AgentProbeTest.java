package dev.tinyserv.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.agent.config.Layout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentProbeTest {
    @TempDir
    Path root;

    private AgentProbe probe() {
        return new AgentProbe(new Layout(root));
    }

    private void said(String output) throws IOException {
        Path logs = Files.createDirectories(root.resolve("logs"));
        Files.write(logs.resolve("agent.out"), output.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** The keeper starts a failed agent again and again, and each start appends to the file. */
    @Test
    void theNewestRefusalIsTold() throws IOException {
        said(" !     the port is taken\n !     the disk is full\nmore\n");

        assertThat(probe().lastRefusal()).contains("the disk is full");
    }

    @Test
    void bytesThatAreNoTextHideNoRefusal() throws IOException {
        said("caf\u00e9\n !     the disk is full\n\u00ff\u00fe\n");

        assertThat(probe().lastRefusal()).contains("the disk is full");
    }

    @Test
    void whereNothingWasRefusedNothingIsTold() throws IOException {
        assertThat(probe().lastRefusal()).isEmpty();
        said("all is well\n");
        assertThat(probe().lastRefusal()).isEmpty();
    }
}
