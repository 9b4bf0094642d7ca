package dev.tinyserv.agent.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinyserv.buildpacks.base.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PidLockTest {
    @TempDir
    Path root;

    @Test
    void itIsNotTakenThroughALink() throws IOException {
        Path victim = Files.writeString(root.resolve("victim"), "somebody else's\n");
        Path lock = Files.createSymbolicLink(root.resolve("router.lock"), victim);

        assertThatThrownBy(() -> PidLock.tryTake(lock))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining(lock + " is a symbolic link");

        assertThat(victim).hasContent("somebody else's\n");
        Files.delete(lock);
        assertThat(PidLock.tryTake(lock)).isPresent();
    }
}
