package dev.tinyserv.agent.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HolePunchTest {
    private static final int SIZE = 1 << 20;

    @TempDir
    Path folder;

    /** Some machines have blocks of 64 KiB, and a block of which a part is punched keeps its space. */
    @Test
    void freesWholeBlocksOfEveryFileSystem() throws IOException {
        Path told = folder.resolve("told");
        HolePunch punch = new HolePunch(program("echo \"$@\" >>" + told));
        Path file = folder.resolve("file");
        assertThat(punch.punch(file, 0, 70_000)).isTrue();
        assertThat(punch.punch(file, 70_000, 300_000)).isTrue();
        assertThat(punch.punch(file, 300_000, 301_000)).isTrue();
        assertThat(told).hasContent("-p -o 0 -l 65536 " + file + "\n-p -o 65536 -l 196608 " + file + "\n");
    }

    /** Else what was not punched would never be given back. */
    @Test
    void anInterruptedPunchIsNoneAndTheNextOneWorks() throws IOException {
        Path file = Files.write(folder.resolve("raw"), new byte[SIZE]);
        assumeTrue(HolePunch.worksOn(file), "the file system punches no holes");
        Files.writeString(file, "printed\n".repeat(SIZE / 8));
        Path slow = Files.createFile(folder.resolve("slow"));
        HolePunch punch = new HolePunch(program("[ ! -e " + slow + " ] || exec sleep 1000\nexec fallocate \"$@\""));

        Thread.currentThread().interrupt();
        assertThat(punch.punch(file, 0, SIZE)).isFalse();
        assertThat(Thread.interrupted()).isTrue();

        assertThat(punch.works()).isTrue();
        Files.delete(slow);
        assertThat(punch.punch(file, 0, SIZE)).isTrue();
        assertThat(Files.readAllBytes(file)).containsOnly(0);
    }

    private String program(String script) throws IOException {
        Path program = Files.writeString(folder.resolve("program"), "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        return program.toString();
    }
}
