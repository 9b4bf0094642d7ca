package dev.tinyserv.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.agent.AgentSettings;
import dev.tinyserv.agent.app.Account;
import dev.tinyserv.agent.command.Call;
import dev.tinyserv.agent.command.Caller;
import dev.tinyserv.agent.command.Commands;
import dev.tinyserv.agent.command.OptionDeclaration;
import dev.tinyserv.agent.command.VerbDeclaration;
import dev.tinyserv.agent.command.Who;
import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.agent.keys.AuthorizedKeys;
import dev.tinyserv.buildpacks.process.Cancellation;
import dev.tinyserv.fixtures.Repository;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the documents say of settings, verbs, files and classes is what the code says. */
class DocumentsTest {
    private static final Pattern HELP_ROW = Pattern.compile("(?m)^([a-z:-]+)(?: \\(([a-z]+)\\))? {2,}\\S.*$");
    private static final Pattern OUR_PATH = Pattern.compile(
            "(?:buildpacks|remote-agent|dev-cli|test-fixtures|docs|\\.ci|\\.mvn)/[\\w./-]*\\w|\\./mvnw");
    private static final Pattern CLASS_NAME = Pattern.compile("[A-Z][a-z]\\w*");
    private static final Set<String> HERE_ONLY = Set.of("git:remote", "help", "version");
    private static final Set<String> SERVER_ONLY = Set.of("startup", "shutdown", "restart", "install");
    /** What only our own programs call. */
    private static final Set<String> BEHIND_THE_SCENES =
            Set.of("agent", "router", "call", "git-receive-pack", "git-upload-pack");

    private static final Pattern CHOSEN_TEST = Pattern.compile("-D(?:it\\.)?test=(\\w+)");

    private static final int README_BYTES = 10 * 1024;

    private static final Markdown COMMANDS = Markdown.of("docs/commands.md");

    @TempDir
    private Path root;

    /** A row of the table of verbs. */
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
        int exit = new Commands(
                        settings.view(Map.of()), new AuthorizedKeys(root.resolve("authorized_keys")), Optional.empty())
                .handle(new Call(
                        new Caller(Account.admin("tester")),
                        List.of(arguments),
                        Map.of(),
                        InputStream.nullInputStream(),
                        out,
                        out,
                        Optional.empty(),
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

        assertThat(Markdown.of("docs/settings.md").part("settings").rows()).containsExactlyElementsOf(expected);
    }

    @Test
    void everyVerbIsThereWithItsShortFormAndNoOther() throws IOException {
        Map<String, String> documented = new TreeMap<>();
        for (List<String> cells : COMMANDS.part("verbs").rows()) {
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
        for (List<String> cells : COMMANDS.part("verbs").rows()) {
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
        for (List<String> cells : COMMANDS.part("verbs").rows()) {
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

    /** The options that every verb has, or every one about an app, stand above the table. */
    private static Stream<OptionDeclaration> ownOptions(VerbDeclaration verb) {
        Set<String> common = verb.aboutApp() ? Set.of("--help", "--json", "--app") : Set.of("--help", "--json");
        return Commands.optionsOf(verb).stream()
                .filter(option -> !option.names().isEmpty())
                .filter(option -> option.names().stream().noneMatch(common::contains));
    }

    /** What the verb, its parameters and options, and its rights declare, as a row has it; the row may go on. */
    private static String meaning(VerbDeclaration verb) {
        List<String> sentences = new ArrayList<>(verb.texts().sentences());
        Stream.concat(
                        Commands.optionsOf(verb).stream()
                                .filter(each -> each.names().isEmpty()),
                        ownOptions(verb))
                .map(each -> "`"
                        + (each.names().isEmpty() ? each.label() : each.names().get(0)) + "`: " + each.sentence())
                .forEach(sentences::add);
        if (verb.rights().who() == Who.ADMIN) {
            sentences.add("Admins only.");
        }
        return String.join(" ", sentences).replace("|", "\\|");
    }

    @Test
    void aRowSaysWhatItsVerbDeclaresAndNamesEveryOption() {
        Map<String, List<String>> rows = COMMANDS.part("verbs").rows().stream()
                .collect(Collectors.toMap(cells -> VerbRow.of(cells).name(), cells -> cells));
        for (VerbDeclaration verb : Commands.verbs()) {
            List<String> row = rows.get(verb.name());
            assertThat(row).as(verb.name()).isNotNull();
            ownOptions(verb)
                    .forEach(option -> assertThat(option.names())
                            .as("one name of each option of %s stands in %s", verb.name(), row)
                            .anyMatch(name -> row.get(0).matches(".*\\[" + name + "[\\] ].*")));
            assertThat(row.get(2)).as(verb.name()).startsWith(meaning(verb));
        }
    }

    @Test
    void theVerbsOfTheServerItselfAreThere() {
        assertThat(COMMANDS.part("server-verbs").rows().stream()
                        .map(cells -> VerbRow.of(Stream.concat(cells.stream(), Stream.of("", ""))
                                        .toList())
                                .name())
                        .toList())
                .containsExactlyInAnyOrderElementsOf(SERVER_ONLY);
    }

    static List<String> documents() {
        return Markdown.documents();
    }

    @Test
    void theReadmeIsShort() throws IOException {
        assertThat(Files.size(Repository.root().resolve("README.md"))).isLessThanOrEqualTo(README_BYTES);
    }

    @ParameterizedTest
    @MethodSource("documents")
    void everyLinkLeadsSomewhere(String file) {
        for (String link : Markdown.of(file).links()) {
            if (link.startsWith("https://")) {
                continue;
            }
            String[] parts = link.split("#", 2);
            String target = parts[0].isEmpty() ? file : linked(file, parts[0]);
            assertThat(Repository.root().resolve(target)).as(link).exists();
            if (parts.length == 2) {
                assertThat(Markdown.of(target).anchors()).as(link).contains(parts[1]);
            }
        }
    }

    /** The file from the project's root that a link in a document means. */
    private static String linked(String document, String link) {
        return Path.of(document).resolveSibling(link).normalize().toString();
    }

    @Test
    void everyDocumentCanBeReachedFromTheReadme() {
        Set<String> reached = new TreeSet<>();
        Deque<String> next = new ArrayDeque<>(List.of("README.md"));
        while (!next.isEmpty()) {
            String document = next.remove();
            if (reached.add(document)) {
                Markdown.of(document).links().stream()
                        .map(link -> link.split("#", 2)[0])
                        .filter(link -> link.endsWith(".md") && !link.startsWith("https://"))
                        .forEach(link -> next.add(linked(document, link)));
            }
        }

        assertThat(reached).containsAll(Markdown.documents());
    }

    @ParameterizedTest
    @MethodSource("documents")
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

    @ParameterizedTest
    @ValueSource(strings = {"CONTRIBUTING.md", "docs/design.md", "docs/reliability.md"})
    void everyClassThatADocumentNamesExists(String file) throws IOException {
        Set<String> names = Markdown.of(file).code().stream()
                .filter(code -> CLASS_NAME.matcher(code).matches())
                .collect(Collectors.toCollection(TreeSet::new));
        Matcher chosen = CHOSEN_TEST.matcher(Markdown.of(file).text());
        while (chosen.find()) {
            names.add(chosen.group(1));
        }

        assertThat(names).hasSizeGreaterThan(20).isSubsetOf(sources());
    }

    private static Set<String> sources() throws IOException {
        try (Stream<Path> files = Files.walk(Repository.root())) {
            return files.map(path -> path.getFileName().toString())
                    .filter(name -> name.endsWith(".java"))
                    .map(name -> name.substring(0, name.length() - ".java".length()))
                    .collect(Collectors.toSet());
        }
    }

    @ParameterizedTest
    @MethodSource("documents")
    void aShellCanReadEveryBlockForIt(String file) throws IOException, InterruptedException {
        for (Markdown.Block block : Markdown.of(file).blocks()) {
            assertThat(block.language()).as("the language of a block").isNotEmpty();
            if (block.language().equals("sh")) {
                Path script = Files.writeString(root.resolve("block.sh"), block.text());
                Process shell = new ProcessBuilder("sh", "-n", script.toString())
                        .redirectErrorStream(true)
                        .start();
                String said = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(shell.waitFor()).as("%s\n%s", said, block.text()).isZero();
            }
        }
    }

    @Test
    void everyCommandInADocumentIsOneOfOursWithItsOptions() {
        DocumentedCommands commands = new DocumentedCommands(
                known(serverVerbs()),
                Stream.concat(SERVER_ONLY.stream(), BEHIND_THE_SCENES.stream()).collect(Collectors.toSet()),
                verb -> ask("help", verb));
        List<String> wrong = new ArrayList<>();
        for (String file : Markdown.documents()) {
            commands.unknown(Markdown.of(file)).forEach(what -> wrong.add(file + ": " + what));
        }

        assertThat(wrong).isEmpty();
        assertThat(commands.seen()).as("commands that were looked at").isGreaterThan(100);
    }

    /** Each name of a verb, short ones too, to the name that `help` knows; those of the developer's command to nothing. */
    private static Map<String, String> known(Map<String, String> serverVerbs) {
        Map<String, String> known = new TreeMap<>();
        HERE_ONLY.forEach(verb -> known.put(verb, ""));
        serverVerbs.forEach((verb, shortForm) -> {
            known.put(verb, verb);
            if (!shortForm.isEmpty()) {
                known.put(shortForm, verb);
            }
        });
        return known;
    }

    @ParameterizedTest
    @CsvSource({
        "AppFile, app",
        "ReleaseFile, release",
        "BuildRecord, build",
        "InstanceRecord, run",
        "PortRoute, route.table",
        "RouteFiles$Content, route.table",
        "RouterStatus, route.control",
        "AgentStatus, command"
    })
    void aFormatHasTheKeysOfItsTable(String name, String where) throws ClassNotFoundException {
        List<String> keys = Stream.of(Class.forName("dev.tinyserv.agent." + where + "." + name)
                        .getRecordComponents())
                .map(RecordComponent::getName)
                .toList();

        assertThat(Markdown.of("docs/formats.md").part(name).rows().stream()
                        .map(cells -> cells.get(0).replace("`", ""))
                        .toList())
                .isEqualTo(keys);
    }

    @Test
    void aMessageBetweenAgentAndRouterHasTheKeysOfItsRow() throws ClassNotFoundException {
        Map<String, String> keys = new TreeMap<>();
        for (Class<?> kind : records(Class.forName("dev.tinyserv.agent.route.control.ControlMessage"))) {
            String name = kind.getSimpleName();
            keys.put(
                    Character.toLowerCase(name.charAt(0)) + name.substring(1),
                    Stream.of(kind.getRecordComponents())
                            .map(RecordComponent::getName)
                            .collect(Collectors.joining("`, `", "`", "`")));
        }
        keys.remove("unknown"); // stands for a kind of another version

        Map<String, String> rows = new TreeMap<>();
        Markdown.of("docs/formats.md")
                .part("ControlMessage")
                .rows()
                .forEach(cells -> rows.put(cells.get(0).replace("`", ""), cells.get(2)));
        assertThat(rows).isEqualTo(keys);
    }

    private static List<Class<?>> records(Class<?> type) {
        return type.isRecord()
                ? List.of(type)
                : Stream.of(type.getPermittedSubclasses())
                        .flatMap(kind -> records(kind).stream())
                        .toList();
    }

    @Test
    void everyFileUnderTheRootIsNamed() throws ReflectiveOperationException {
        String document = Markdown.of("docs/formats.md").text();
        Layout layout = new Layout(Path.of("/root-of-it"));
        for (Method method : Layout.class.getMethods()) {
            if (method.getReturnType().equals(Path.class) && method.getParameterCount() == 0) {
                Path path = layout.root().relativize((Path) method.invoke(layout));
                assertThat(document).as(method.getName()).contains("`" + path);
            }
        }
    }
}
