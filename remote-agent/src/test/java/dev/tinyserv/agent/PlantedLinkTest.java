package dev.tinyserv.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.agent.machine.PidLock;
import dev.tinyserv.buildpacks.base.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A link in the place of a file of ours leads nobody to somebody else's file. */
class PlantedLinkTest {
    private static final String CONTENT = "somebody else's\n";

    @TempDir
    Path root;

    private Path victim;

    /** Logs one line in its own process. */
    static final class OneLine {
        private OneLine() {}

        public static void main(String[] arguments) {
            LoggerFactory.getLogger(OneLine.class).error("a line");
        }
    }

    @BeforeEach
    void aFileOfSomebodyElse() throws IOException {
        victim = Files.writeString(root.resolve("victim"), CONTENT);
    }

    @Test
    void theLockOfTheAgentIsNotTakenThroughALink() throws IOException {
        Layout layout = new Layout(root);
        Files.createDirectories(layout.run());
        for (Path target : List.of(victim, root.resolve("not-there"))) {
            Files.deleteIfExists(layout.agentLock());
            Files.createSymbolicLink(layout.agentLock(), target);

            assertThatThrownBy(() -> RootLock.take(layout))
                    .isInstanceOf(Refusal.class)
                    .hasMessageContaining(layout.agentLock() + " is a symbolic link")
                    .hasMessageContaining("delete it");
        }
        assertThat(victim).hasContent(CONTENT);
        assertThat(root.resolve("not-there")).doesNotExist();
    }

    @Test
    void theLockIsNotInPlaceWhenALinkToItIs() throws IOException {
        Layout layout = new Layout(root);
        Files.createDirectories(layout.run());
        try (PidLock lock = RootLock.take(layout)) {
            Path moved = Files.move(layout.agentLock(), root.resolve("moved"));
            Files.createSymbolicLink(layout.agentLock(), moved);

            assertThat(lock.isInPlace()).isFalse();
        }
    }

    @Test
    void ourOwnLogIsNotWrittenThroughALink() throws Exception {
        Path log = Files.createSymbolicLink(root.resolve("agent.log"), victim);

        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Dtinyserv.log=" + log,
                        "-cp",
                        System.getProperty("java.class.path"),
                        OneLine.class.getName())
                .inheritIO()
                .start();

        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(victim).hasContent(CONTENT);
        assertThat(log).isRegularFile().isNotEmptyFile();
        assertThat(Files.isSymbolicLink(log)).isFalse();
    }
}
