package dev.tinyserv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.agent.command.Commands;
import dev.tinyserv.agent.command.VerbDeclaration;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the developer's command carries with it about the server's verbs is what the server says. */
class SameVerbsTest {
    private static final List<String> ONLY_HERE = List.of("git:remote", "help", "version");
    private static final List<String> ALSO_HERE = List.of("apps:create", "apps:destroy", "apps:open", "deploy");
    private static final Path VERBS = Path.of("src/main/resources/dev/tinyserv/cli/verbs.txt");
    private static final Path USAGE = Path.of("src/main/resources/dev/tinyserv/cli/usage.txt");

    @TempDir
    Path base;

    @Test
    void everyVerbOfTheServerIsListedHereWithItsShortNameAndNoOther() {
        Map<String, String> here = shortNames(
                new TestUser(base).tinyserv("help").out(), "(?m)^  ([a-z:-]+) +.*?(?:\\(short: ([a-z]+)\\))?$");

        assertThat(here).containsKeys(ONLY_HERE.toArray(String[]::new));
        ONLY_HERE.forEach(here::remove);
        assertThat(here).isNotEmpty().isEqualTo(serversShortNames());
    }

    @Test
    void whatIsKnownHereOfTheServersVerbsIsWhatItDeclares() throws IOException {
        String lines = Commands.verbs().stream()
                .sorted(Comparator.comparing(VerbDeclaration::name))
                .map(SameVerbsTest::line)
                .collect(Collectors.joining());
        Path actual = Files.writeString(Path.of("target/verbs.txt"), lines);

        assertThat(VERBS).as("copy %s there", actual).hasSameTextualContentAs(actual);
    }

    private static String line(VerbDeclaration verb) {
        return String.join(
                        "\t",
                        verb.name(),
                        verb.aliases().isEmpty() ? "-" : verb.aliases().get(0),
                        verb.aboutApp() ? "app" : "server",
                        verb.changes() ? "changes" : "reads",
                        verb.takesInput() ? "input" : "-",
                        verb.texts().brief())
                + "\n";
    }

    @Test
    void theHelpOfEveryVerbOfTheServerIsTheServers() throws IOException {
        StringBuilder usage = new StringBuilder();
        Map<String, String> verbs = serversShortNames();
        ALSO_HERE.forEach(verbs::remove);
        verbs.forEach((verb, shortName) -> usage.append(("# " + verb + " " + shortName).strip())
                .append('\n')
                .append(serversHelp(verb).stripTrailing())
                .append('\n'));
        Path actual = Files.writeString(Path.of("target/usage.txt"), usage);

        assertThat(USAGE).as("copy %s there", actual).hasSameTextualContentAs(actual);
    }

    @Test
    void helpNeedsNoServer() {
        TestUser user = new TestUser(base);
        assertThat(user.tinyserv("info", "-h").out()).startsWith("Usage: tinyserv apps:info");
        assertThat(user.tinyserv("help", "logs").out())
                .startsWith("Usage: tinyserv logs")
                .contains("Example");
        assertThat(user.tinyserv("not-yet-known", "--help").err()).contains("TINYSERV_REMOTE");
    }

    private static Map<String, String> serversShortNames() {
        Map<String, String> names = new TreeMap<>();
        Commands.verbs().forEach(verb -> names.put(verb.name(), String.join(" ", verb.aliases())));
        return names;
    }

    private static String serversHelp(String... verbs) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(Commands.help(List.of(verbs), out, out)).isZero();
        return out.toString(StandardCharsets.UTF_8);
    }

    /** The verbs that a help text lists, with their short names or an empty text. */
    private static Map<String, String> shortNames(String help, String row) {
        Map<String, String> names = new TreeMap<>();
        Matcher matcher = Pattern.compile(row).matcher(help);
        while (matcher.find()) {
            names.put(matcher.group(1), matcher.group(2) == null ? "" : matcher.group(2));
        }
        return names;
    }
}
