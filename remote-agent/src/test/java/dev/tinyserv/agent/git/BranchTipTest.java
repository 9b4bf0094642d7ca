package dev.tinyserv.agent.git;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinyserv.buildpacks.base.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BranchTipTest {
    @TempDir
    Path repository;

    @Test
    void theFileThatCannotBeReadIsNamed() throws IOException {
        Path head = Files.createDirectory(repository.resolve("HEAD"));

        assertThatThrownBy(() -> BranchTip.of(repository))
                .isInstanceOf(Refusal.class)
                .hasMessageStartingWith("cannot read " + head + ": ");
    }
}
