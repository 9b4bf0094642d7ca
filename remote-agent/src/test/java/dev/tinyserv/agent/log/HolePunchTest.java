package dev.tinyserv.agent.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HolePunchTest {
    @TempDir
    Path folder;

    /** Some machines have blocks of 64 KiB, and a block of which a part is punched keeps its space. */
    @Test
    void freesWholeBlocksOfEveryFileSystem() throws Exception {
        Path told = folder.resolve("told");
        Path program = Files.writeString(folder.resolve("fallocate"), "#!/bin/sh\necho \"$@\" >>" + told + "\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        HolePunch punch = new HolePunch(program.toString());
        Path file = folder.resolve("file");
        assertThat(punch.punch(file, 0, 70_000)).isTrue();
        assertThat(punch.punch(file, 70_000, 300_000)).isTrue();
        assertThat(punch.punch(file, 300_000, 301_000)).isTrue();
        assertThat(told).hasContent("-p -o 0 -l 65536 " + file + "\n-p -o 65536 -l 196608 " + file + "\n");
    }
}
