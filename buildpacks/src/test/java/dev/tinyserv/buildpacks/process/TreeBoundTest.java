package dev.tinyserv.buildpacks.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The memory of a process, whatever the size of the kernel's pages. */
class TreeBoundTest {
    @Test
    void memoryIsReadInKilobytesAndNotInPages() {
        assertThat(TreeBound.resident("Name:\tnode\nVmHWM:\t  900000 kB\nVmRSS:\t  786432 kB\nRssAnon:\t 1 kB\n"))
                .isEqualTo(768L << 20);
    }

    @Test
    void aProcessWithoutMemoryTakesNone() {
        assertThat(TreeBound.resident("Name:\tkthreadd\nState:\tZ (zombie)\n")).isZero();
    }

    @Test
    void theMemoryOfThisProcessIsRead() throws Exception {
        String status = Files.readString(Path.of("/proc/self/status"), StandardCharsets.ISO_8859_1);
        assertThat(TreeBound.resident(status)).isBetween(10L << 20, 16L << 30);
    }
}
