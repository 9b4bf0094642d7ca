package dev.tinyserv.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.fixtures.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that is frozen by cgroups of the first version does not end, whatever signal it gets. */
@Tag("slow")
@Tag("thorough")
class FrozenProcessTest {
    private static final Path FREEZER = Path.of("/sys/fs/cgroup/freezer");

    private final Path group =
            FREEZER.resolve("tinyserv-strays-" + ProcessHandle.current().pid());

    @TempDir
    Path root;

    private Process agent;

    @BeforeEach
    void freezeAnAgent() throws IOException {
        assumeTrue(Files.isWritable(FREEZER), "needs the freezer of cgroups of the first version");
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", "read never", "sh", "dev.tinyserv.agent.Main", "agent");
        builder.environment().put("TINYSERV_ROOT", root.toString());
        agent = builder.start();
        Files.createDirectory(group);
        Files.writeString(group.resolve("cgroup.procs"), Long.toString(agent.pid()));
        Files.writeString(group.resolve("freezer.state"), "FROZEN");
        Eventually.until("it is frozen", () -> told("freezer.state").startsWith("FROZEN"));
    }

    private String told(String file) {
        try {
            return Files.readString(group.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterEach
    void thaw() throws Exception {
        if (agent != null) {
            Files.writeString(group.resolve("freezer.state"), "THAWED");
            agent.destroyForcibly();
            assertThat(agent.waitFor(1, TimeUnit.MINUTES)).isTrue();
            Eventually.until("its group is empty", () -> told("cgroup.procs").isEmpty());
            Files.delete(group);
        }
    }

    @Test
    void whatDoesNotEndIsNotTakenForEnded() {
        assertThatThrownBy(() -> new Strays(new Layout(root)).end())
                .isInstanceOf(Refusal.class)
                .hasMessage("process " + agent.pid() + " does not end; look at it with ps");
    }
}
