package dev.tinyserv.agent.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableFileSweepTest {
    private static final long SELF = ProcessHandle.current().pid();

    @TempDir
    Path folder;

    private Path file(String name) throws IOException {
        return Files.writeString(folder.resolve(name), "x");
    }

    private long deadProcess() throws IOException {
        Process process = new ProcessBuilder("true").start();
        process.onExit().join();
        return process.pid();
    }

    @Test
    void deletesWhatADeadProcessLeft() throws IOException {
        Path left = file(".tmp-" + deadProcess() + "-3");

        DurableFile.sweep(folder);

        assertThat(left).doesNotExist();
    }

    @Test
    void deletesWhatOneWithOurNumberLeftBeforeUs() throws IOException {
        Path left = file(".tmp-" + SELF + "-3");

        DurableFile.sweep(folder);

        assertThat(left).doesNotExist();
    }

    @Test
    void sparesWhatALivingProcessMayBeWriting() throws IOException {
        Path written =
                file(".tmp-" + ProcessHandle.current().parent().orElseThrow().pid() + "-3");

        DurableFile.sweep(folder);

        assertThat(written).exists();
    }

    @Test
    void sparesOtherFilesAndFolders() throws IOException {
        Path file = file("v1.json");
        Path strange = file(".tmp-mine");
        Path inside = Files.createDirectory(folder.resolve(".tmp-" + deadProcess() + "-4"));

        file(".tmp-" + deadProcess() + "-5");

        assertThat(DurableFile.sweep(folder))
                .containsExactlyInAnyOrder(
                        "v1.json", ".tmp-mine", inside.getFileName().toString());

        assertThat(file).exists();
        assertThat(strange).exists();
        assertThat(inside).exists();
    }

    @Test
    void aFolderThatIsNotThereIsFine() throws IOException {
        assertThat(DurableFile.sweep(folder.resolve("none"))).isEmpty();
    }
}
