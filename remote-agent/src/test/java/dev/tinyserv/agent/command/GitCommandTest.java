package dev.tinyserv.agent.command;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinyserv.buildpacks.base.Refusal;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GitCommandTest {
    @ParameterizedTest
    @CsvSource({
        "git-lfs-authenticate, upload, GIT_LFS_SKIP_PUSH=1 git push, SMUDGE",
        "git-lfs-authenticate, download, GIT_LFS_SKIP_SMUDGE=1 git clone, SKIP_PUSH",
        "git-lfs-transfer, upload, GIT_LFS_SKIP_PUSH=1 git push, SMUDGE",
        "git-lfs-transfer, download, GIT_LFS_SKIP_SMUDGE=1 git clone, SKIP_PUSH",
    })
    void namesTheWayAroundGitLfsForEachDirection(String program, String direction, String remedy, String other) {
        assertThatThrownBy(() -> GitCommand.requireServed(List.of(program, "/shop", direction)))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining(remedy)
                .hasMessageNotContaining(other);
    }
}
