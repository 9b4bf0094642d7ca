package dev.tinyserv.buildpacks.buildpack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tinyserv.buildpacks.process.Command;
import dev.tinyserv.buildpacks.process.CommandFailed;
import dev.tinyserv.buildpacks.process.Program;
import dev.tinyserv.buildpacks.runtime.Runtimes;
import dev.tinyserv.buildpacks.source.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A git that an earlier buildpack of the same build has put on the path can plant links while the repository is open. */
class KeptRepositoryTest {
    private static final Map<String, String> PATH = Map.of("PATH", "/usr/local/bin:/usr/bin:/bin");
    private static final String COMMIT = "1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d";

    @TempDir
    private Path folder;

    private KeptRepository kept;
    private Path repository;

    @BeforeEach
    void aRepository() throws IOException {
        assumeTrue(Program.find("git", PATH).isPresent(), "needs git");
        for (String name : new String[] {"app", "cache", "temp", "others"}) {
            Files.createDirectory(folder.resolve(name));
        }
        Build build = TestBuild.in(folder, PATH, new Runtimes(PATH), line -> {});
        kept = KeptRepository.open(build, "kind", "place", Duration.ofSeconds(30));
        repository = folder.resolve("cache/kind")
                .resolve(new Fingerprint().add("place").hex());
    }

    @Test
    void nothingIsWrittenWhereALinkInItLeads() throws IOException {
        Path other = Files.writeString(folder.resolve("other"), "of another app");
        Files.createSymbolicLink(repository.resolve("last-fetched.new"), other);

        kept.remember(COMMIT);

        assertThat(other).hasContent("of another app");
        assertThat(kept.remembered()).isEqualTo(COMMIT);
    }

    @Test
    void nothingIsWrittenOrReadWhereItBecameALink() throws IOException {
        Path others = folder.resolve("others");
        FileTree.delete(repository);
        Files.createSymbolicLink(repository, others);

        assertThatThrownBy(() -> kept.remember(COMMIT)).hasMessageContaining("has become a link");

        assertThat(others).isEmptyDirectory();
        Files.writeString(others.resolve("last-fetched"), COMMIT);
        assertThat(kept.remembered()).isEmpty();
    }

    /** A program that git has started may be ended first, and git tells of that before it is ended itself. */
    @Test
    void aGitThatWasEndedFailedForTheReasonItWasEnded() {
        Command slow = Command.of(
                        List.of(
                                "sh",
                                "-c",
                                "trap 'echo error: git-remote-http died of signal 15; exit 1' TERM; while :; do sleep 0.1; done"))
                .called("git fetch")
                .environment(PATH)
                .within(Duration.ofMillis(500));

        CommandFailed ended = catchThrowableOfType(CommandFailed.class, slow::collect);

        assertThat(KeptRepository.reason(ended))
                .startsWith("git fetch was ended after")
                .endsWith("time limit");
        CommandFailed failed = catchThrowableOfType(
                CommandFailed.class,
                () -> Command.of(List.of("sh", "-c", "echo fatal: no such thing; exit 128"))
                        .environment(PATH)
                        .collect());
        assertThat(KeptRepository.reason(failed)).isEqualTo("fatal: no such thing");
    }
}
