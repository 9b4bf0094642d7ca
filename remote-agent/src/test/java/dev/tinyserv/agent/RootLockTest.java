package dev.tinyserv.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.agent.machine.LockHolder;
import dev.tinyserv.agent.machine.PidLock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RootLockTest {
    /** Holds a lock of the kernel on the file, as another JVM would, until its input ends. */
    private static final String HOLD = "import fcntl,sys; f=open(sys.argv[1],'r+'); fcntl.lockf(f,fcntl.LOCK_EX);"
            + " print('held',flush=True); sys.stdin.read()";

    private static final long DEAD = 4_194_303;

    @TempDir
    Path root;

    private Layout layout;
    private Path file;
    private Process holder;

    @BeforeEach
    void anotherHolds() throws IOException {
        layout = new Layout(root);
        Files.createDirectories(layout.run());
        file = Files.writeString(layout.run().resolve("agent.lock"), Long.toString(DEAD));
        holder = new ProcessBuilder("python3", "-c", HOLD, file.toString()).start();
        assertThat(holder.getInputStream().read()).isEqualTo('h');
    }

    private void name(long pid) {
        try {
            Files.writeString(file, Long.toString(pid));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterEach
    void end() throws InterruptedException {
        holder.destroyForcibly().waitFor();
    }

    @Test
    void theHolderIsNamed() {
        name(holder.pid());

        assertThatThrownBy(() -> RootLock.take(layout)).hasMessageContaining("(pid " + holder.pid() + ")");
    }

    @Test
    void aHolderThatHasNotWrittenItsNameYetIsWaitedFor() {
        List<Integer> looks = new ArrayList<>();

        assertThatThrownBy(() -> RootLock.take(layout, Duration.ofMinutes(1), () -> {
                    looks.add(looks.size());
                    if (looks.size() == 3) {
                        name(holder.pid());
                    }
                    return LockHolder.of(file);
                }))
                .hasMessageContaining("(pid " + holder.pid() + ")");

        assertThat(looks).hasSize(3);
    }

    @Test
    void theDeadAreNotNamed() {
        assertThatThrownBy(() -> RootLock.take(layout, Duration.ZERO, () -> LockHolder.of(file)))
                .hasMessageContaining("another agent holds " + root)
                .hasMessageNotContaining(Long.toString(DEAD));
    }

    @Test
    void aStaleLockHeals() throws Exception {
        holder.destroyForcibly().waitFor();

        try (PidLock lock = RootLock.take(layout)) {
            assertThat(lock).isNotNull();
            assertThat(file).hasContent(Long.toString(ProcessHandle.current().pid()));
        }
    }
}
