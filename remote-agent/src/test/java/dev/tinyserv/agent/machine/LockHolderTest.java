package dev.tinyserv.agent.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.buildpacks.process.ProcessIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LockHolderTest {
    @TempDir
    Path folder;

    private Path file;
    private Process holder;

    @BeforeEach
    void anotherHasItOpen() throws IOException {
        file = Files.createFile(folder.resolve("a.lock"));
        holder = new ProcessBuilder("sh", "-c", "exec 7<>\"$1\"; echo open; read x", "sh", file.toString()).start();
        assertThat(holder.getInputStream().read()).isEqualTo('o');
    }

    @AfterEach
    void end() throws InterruptedException {
        holder.destroyForcibly().waitFor();
    }

    @Test
    void whoIsNamedAndHasTheFileOpenIsFound() throws IOException {
        Files.writeString(file, Long.toString(holder.pid()));

        assertThat(LockHolder.of(file)).map(ProcessIdentity::pid).contains(holder.pid());
    }

    @Test
    void aPidThatIsSomebodyElsesNowIsNot() throws IOException {
        Files.writeString(file, Long.toString(ProcessHandle.current().pid()));

        assertThat(LockHolder.of(file)).isEmpty();
    }

    @Test
    void theDeadAndNonsenseAreNot() throws Exception {
        Files.writeString(file, Long.toString(holder.pid()));
        holder.destroyForcibly().waitFor();
        assertThat(LockHolder.of(file)).isEmpty();
        Files.writeString(file, "-1");
        assertThat(LockHolder.of(file)).isEmpty();
        assertThat(LockHolder.of(folder.resolve("none"))).isEmpty();
    }
}
