package dev.tinyserv.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.agent.app.Account;
import dev.tinyserv.agent.command.Call;
import dev.tinyserv.agent.command.Caller;
import dev.tinyserv.agent.command.Commands;
import dev.tinyserv.agent.config.AgentSettings;
import dev.tinyserv.agent.keys.AuthorizedKeys;
import dev.tinyserv.buildpacks.process.Cancellation;
import dev.tinyserv.fixtures.Repository;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the documents say of settings, verbs, files and classes is what the code says. */
class ReadmeTest {
    private static final Pattern HELP_ROW = Pattern.compile("(?m)^([a-z:-]+)(?: \\(([a-z]+)\\))? {2,}\\S.*$");
    private static final Pattern OUR_PATH =
            Pattern.compile("(?:buildpacks|remote-agent|dev-cli|test-fixtures|\\.ci|\\.mvn)/[\\w./-]+|\\./mvnw");
    private static final Pattern CLASS_NAME = Pattern.compile("[A-Z][a-z]\\w*");
    private static final Set<String> HERE_ONLY = Set.of("git:remote", "help", "version");
    private static final Set<String> SERVER_ONLY = Set.of("startup", "shutdown", "restart", "install");

    private static final Markdown README = Markdown.of("README.md");

    @TempDir
    private Path root;

    /** A row of the README's table of verbs. */
    private record VerbRow(String name, String shortForm, boolean json) {
        static VerbRow of(List<String> cells) {
            String call = cells.get(0).replace("`", "");
            return new VerbRow(
                    call.split(" ", 2)[0],
                    cells.get(1).replace("`", ""),
                    !cells.get(3).isEmpty());
        }
    }

    private String ask(String... arguments) {
        AgentSettings settings = AgentSettings.load(Map.of("TINYSERV_ROOT", root.toString()));
        var out = new ByteArrayOutputStream();
        int exit = new Commands(settings, new AuthorizedKeys(root.resolve("authorized_keys")), Optional.empty())
                .handle(new Call(
                        new Caller(Account.admin("tester")),
                        List.of(arguments),
                        Map.of(),
                        InputStream.nullInputStream(),
                        out,
                        out,
                        "localhost",
                        new Cancellation()));
        String text = out.toString(StandardCharsets.UTF_8);
        assertThat(exit).as(text).isZero();
        return text;
    }

    /** Every verb of the server to its short form, which may be empty. */
    private Map<String, String> serverVerbs() {
        Map<String, String> verbs = new TreeMap<>();
        HELP_ROW.matcher(ask("help"))
                .results()
                .forEach(row -> verbs.put(row.group(1), row.group(2) == null ? "" : row.group(2)));
        assertThat(verbs).containsKeys("apps", "ps:stop", "releases:rollback");
        return verbs;
    }

    @Test
    void theSettingsAreThoseOfTheCode() {
        List<List<String>> expected = AgentSettings.defaults().stream()
                .map(setting -> List.of(
                        "`" + setting.name() + "`",
                        setting.value().isEmpty() ? "" : "`" + setting.value() + "`",
                        setting.meaning()))
                .toList();

        assertThat(README.part("settings").rows()).containsExactlyElementsOf(expected);
    }

    @Test
    void everyVerbIsThereWithItsShortFormAndNoOther() throws IOException {
        Map<String, String> documented = new TreeMap<>();
        for (List<String> cells : README.part("verbs").rows()) {
            VerbRow row = VerbRow.of(cells);
            assertThat(documented.put(row.name(), row.shortForm()))
                    .as("%s stands once", row.name())
                    .isNull();
        }
        Map<String, String> expected = serverVerbs();
        HERE_ONLY.forEach(verb -> expected.put(verb, ""));

        assertThat(documented).isEqualTo(expected);
        Path list = Repository.root().resolve("dev-cli/src/main/resources/dev/tinyserv/cli/verbs.txt");
        assertThat(documented.keySet())
                .containsAll(Files.readAllLines(list).stream()
                        .map(line -> line.substring(0, line.indexOf('\t')))
                        .toList());
    }

    @Test
    void aVerbHasJsonFieldsWhereItTakesTheOption() {
        Set<String> server = serverVerbs().keySet();
        for (List<String> cells : README.part("verbs").rows()) {
            VerbRow row = VerbRow.of(cells);
            if (server.contains(row.name())) {
                assertThat(row.json())
                        .as("%s has JSON fields", row.name())
                        .isEqualTo(ask("help", row.name()).contains("--json"));
            }
        }
    }

    @Test
    void theOptionsInTheTableOfVerbsExist() {
        Set<String> server = serverVerbs().keySet();
        Pattern option = Pattern.compile("(?<![\\w-])--?[a-z]+");
        for (List<String> cells : README.part("verbs").rows()) {
            String name = VerbRow.of(cells).name();
            if (!server.contains(name)) {
                continue;
            }
            String help = ask("help", name);
            option.matcher(cells.get(0))
                    .results()
                    .forEach(found -> assertThat(help)
                            .as("%s takes %s", name, found.group())
                            .containsPattern("(?<![\\w-])" + Pattern.quote(found.group()) + "\\b"));
        }
    }

    @Test
    void theVerbsOfTheServerItselfAreThere() {
        assertThat(README.part("server-verbs").rows().stream()
                        .map(cells -> VerbRow.of(Stream.concat(cells.stream(), Stream.of("", ""))
                                        .toList())
                                .name())
                        .toList())
                .containsExactlyInAnyOrderElementsOf(SERVER_ONLY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "CONTRIBUTING.md", "CHANGELOG.md"})
    void everyLinkLeadsSomewhere(String file) {
        Markdown document = Markdown.of(file);
        for (String link : document.links()) {
            if (link.startsWith("https://")) {
                continue;
            }
            String[] parts = link.split("#", 2);
            Markdown target = document;
            if (!parts[0].isEmpty()) {
                assertThat(Repository.root().resolve(parts[0])).exists();
                target = parts[0].endsWith(".md") ? Markdown.of(parts[0]) : document;
            }
            if (parts.length == 2) {
                assertThat(target.anchors()).as(link).contains(parts[1]);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "CONTRIBUTING.md", "CHANGELOG.md"})
    void everyPathOfTheProjectExists(String file) {
        Markdown document = Markdown.of(file);
        List<String> named = new ArrayList<>(document.code());
        document.blocks().forEach(block -> named.addAll(List.of(block.text().split("\\s+"))));
        for (String text : named) {
            Matcher path = OUR_PATH.matcher(text);
            if (path.matches() && !text.contains("/target/")) {
                assertThat(Repository.root().resolve(text)).exists();
            }
        }
    }

    @Test
    void everyClassThatContributingNamesExists() throws IOException {
        Set<String> names = Markdown.of("CONTRIBUTING.md").code().stream()
                .filter(code -> CLASS_NAME.matcher(code).matches())
                .collect(Collectors.toCollection(TreeSet::new));
        try (Stream<Path> files = Files.walk(Repository.root())) {
            Set<String> sources = files.map(path -> path.getFileName().toString())
                    .filter(name -> name.endsWith(".java"))
                    .map(name -> name.substring(0, name.length() - ".java".length()))
                    .collect(Collectors.toSet());

            assertThat(names).hasSizeGreaterThan(20).isSubsetOf(sources);
        }
    }
}
