package dev.tinyserv.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tinyserv.fixtures.Developer;
import dev.tinyserv.fixtures.EarlierVersion;
import dev.tinyserv.fixtures.Repository;
import dev.tinyserv.fixtures.Sandbox;
import dev.tinyserv.fixtures.Server;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Developers and servers are not upgraded on one day. The developer's command of an earlier version says the same with
 * this server as the one of this version, and this command with an earlier server, for every verb and option of the
 * earlier help.
 */
@Tag("thorough")
class EarlierCommandScenario {
    private static final Path COMMAND = Repository.cliHome();
    private static final Pattern VERB = Pattern.compile("(?m)^  (?!help )([a-z:-]+) ");
    private static final Pattern OPTION = Pattern.compile("(?m)^ +((?:-\\w, )?--(?!help)[a-z-]+)");

    private static Optional<EarlierVersion> earlier = Optional.empty();

    @BeforeAll
    static void build() {
        String commit = System.getProperty("tinyserv.earlier", "ded1463");
        earlier = EarlierVersion.of(commit);
        assumeTrue(earlier.isPresent(), "this clone has no commit " + commit);
    }

    private static EarlierVersion earlier() {
        return earlier.orElseThrow();
    }

    /** What the commands say that are called one after the other, on a new server. */
    private static EveryCall said(Path server, Path command) {
        try (Stage stage = Stage.start(new Server(Sandbox.create(), Map.of(), server))) {
            return EveryCall.made(stage, stage.developer().withCommand(command));
        }
    }

    @Test
    void theEarlierCommandSaysTheSameWithThisServer() {
        EveryCall now = said(Repository.remoteHome(), COMMAND);
        EveryCall before = said(Repository.remoteHome(), earlier().cliHome());

        assertThat(before.answers()).isEqualTo(now.answers());
    }

    @Test
    void thisCommandSaysTheSameWithAnEarlierServer() {
        EveryCall before = said(earlier().remoteHome(), earlier().cliHome());
        EveryCall now = said(earlier().remoteHome(), COMMAND);

        assertThat(now.answers()).isEqualTo(before.answers());
    }

    @Test
    void everyVerbAndOptionOfTheEarlierHelpIsCalledAndStillThere() {
        try (Sandbox sandbox = Sandbox.create()) {
            Developer now = Developer.of(sandbox);
            Developer before = now.withCommand(earlier().cliHome());
            List<String> verbs = found(before.tinyserv("help").mustSucceed().out(), VERB);
            assertThat(verbs).hasSizeGreaterThan(30);
            for (String verb : verbs) {
                String helpNow = now.tinyserv(verb, "--help").mustSucceed().out();
                String help = before.tinyserv(verb, "--help").mustSucceed().out();
                for (String names : found(help, OPTION)) {
                    assertThat(helpNow).as("the help of %s", verb).contains(names);
                    assertThat(Stream.of(names.split(", ", -1)).anyMatch(name -> EveryCall.has(verb, name)))
                            .as("%s is called with %s", verb, names)
                            .isTrue();
                }
            }
        }
    }

    private static List<String> found(String text, Pattern pattern) {
        return pattern.matcher(text).results().map(each -> each.group(1)).toList();
    }
}
