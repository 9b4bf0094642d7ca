package dev.tinyserv.agent.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tinyserv.buildpacks.process.Command;
import dev.tinyserv.buildpacks.process.CommandFailed;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RefusedKeyTranscriptTest {
    private static final String NO_ACCESS = "fatal: Could not read from remote repository.";

    private static String told(String... lines) {
        List<String> command = new ArrayList<>(List.of("sh", "-c", "printf '%s\\n' \"$@\"; exit 1", "sh"));
        command.addAll(List.of(lines));
        RefusedKeyTranscript transcript = new RefusedKeyTranscript(line -> {});
        CommandFailed failure = catchThrowableOfType(
                CommandFailed.class,
                () -> Command.of(command)
                        .environment(Map.of("PATH", "/usr/bin:/bin"))
                        .collect());
        return transcript.withRemedy(failure).getMessage();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "   ssh: Could not resolve hostname github.com: Name or service not known",
                "ssh: connect to host example.com port 22: Connection timed out",
            })
    void aHostThatIsNotReachedHasRefusedNoKey(String line) {
        assertThat(told(line, NO_ACCESS, "Please make sure you have the correct access rights"))
                .isEqualTo("sh failed with exit status 1");
        assertThat(told(line, NO_ACCESS, "git@example.com: Permission denied (publickey).", NO_ACCESS))
                .contains("`apps:deploy-key` prints");
        assertThat(told("ERROR: Repository not found.", NO_ACCESS)).contains("`apps:deploy-key` prints");
    }
}
