package dev.tinyserv.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Developer;
import dev.tinyserv.fixtures.Repository;
import dev.tinyserv.fixtures.Result;
import dev.tinyserv.fixtures.Sandbox;
import dev.tinyserv.fixtures.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The README's tour, executed as it stands there, and the fields that it says scripts get. */
@Tag("thorough")
class ReadmeScenario {
    private static final String MARK = "@@ step ";

    /** Commands, and what the README says they print; empty where it says nothing. */
    private record Step(String commands, String output) {}

    private static List<Step> tour() {
        List<Step> steps = new ArrayList<>();
        for (Markdown.Block block : Markdown.of("README.md").part("tour").blocks()) {
            if (block.language().equals("sh")) {
                steps.add(new Step(block.text(), ""));
            } else {
                Step last = steps.remove(steps.size() - 1);
                assertThat(last.output()).as("one output for each block").isEmpty();
                steps.add(new Step(last.commands(), block.text()));
            }
        }
        return steps;
    }

    /**
     * A reader's terminal. It differs from the reader's in this: the ports come from the sandbox (see {@link #here}),
     * HOME is the sandbox's, and ssh takes its files from there, too.
     */
    private static Shell terminal(Sandbox sandbox) throws IOException {
        Path programs = Files.createDirectory(sandbox.folder().resolve("bin"));
        Path ssh = Files.writeString(
                programs.resolve("ssh"), "#!/bin/sh\nexec /usr/bin/ssh -F " + sandbox.sshConfig() + " \"$@\"\n");
        Files.setPosixFilePermissions(ssh, PosixFilePermissions.fromString("rwxr-xr-x"));
        String path = String.join(
                ":",
                programs.toString(),
                Repository.remoteHome().resolve("bin").toString(),
                Repository.cliHome().resolve("bin").toString(),
                String.valueOf(sandbox.shell().environment().get("PATH")));
        return sandbox.shell()
                .without("GIT_SSH_COMMAND")
                .with(Map.of(
                        "PATH",
                        path,
                        "TINYSERV_BIND",
                        "127.0.0.1",
                        "TINYSERV_SSH_PORT",
                        Integer.toString(sandbox.ports().ssh()),
                        "TINYSERV_START_PORT",
                        Integer.toString(sandbox.ports().start()),
                        "TINYSERV_INSTANCE_PORTS",
                        sandbox.ports().instanceRange()));
    }

    /** The README's two ports are the defaults; here they are the sandbox's. */
    private static String here(Sandbox sandbox, String text) {
        return text.replaceAll("\\b2222\\b", Integer.toString(sandbox.ports().ssh()))
                .replaceAll("\\b5000\\b", Integer.toString(sandbox.ports().start()));
    }

    /**
     * The lines that say something. What only root is told, that it is unwise to be root, is no part of the tour, nor is
     * what only a slow machine has the time to say.
     */
    private static String shown(String output) {
        return output.lines()
                .map(String::stripTrailing)
                .filter(line ->
                        !line.isEmpty() && !line.contains(" belongs to root, ") && !line.equals("Starting the apps..."))
                .map(line -> line + "\n")
                .collect(Collectors.joining());
    }

    /** In a line, … stands for any text; alone on a line, for any lines. */
    private static Pattern pattern(String documented) {
        String regex = documented
                .lines()
                .map(String::stripTrailing)
                .filter(line -> !line.isEmpty())
                .map(line -> line.equals("…") ? "(?:.*\n)*?" : quoted(line) + "\n")
                .collect(Collectors.joining());
        return Pattern.compile(regex);
    }

    private static String quoted(String line) {
        return List.of(line.split("…", -1)).stream().map(Pattern::quote).collect(Collectors.joining(".*"));
    }

    @Test
    void theTourWorksAndPrintsWhatItSays() throws IOException {
        try (Sandbox sandbox = Sandbox.create()) {
            List<Step> steps = tour();
            assertThat(steps).hasSizeGreaterThan(5);
            StringBuilder script = new StringBuilder("exec 2>&1\nset -e\n");
            for (int i = 0; i < steps.size(); i++) {
                script.append("echo; echo '").append(MARK).append(i).append("'\n");
                script.append(here(sandbox, steps.get(i).commands()));
            }

            Result result = terminal(sandbox).script(script.toString()).mustSucceed();

            String[] outputs = result.out().split("\n" + MARK + "\\d+\n", -1);
            assertThat(outputs).hasSize(steps.size() + 1);
            for (int i = 0; i < steps.size(); i++) {
                String documented = here(sandbox, steps.get(i).output());
                if (!documented.isEmpty()) {
                    assertThat(shown(outputs[i + 1]))
                            .as("what this prints:\n%s", steps.get(i).commands())
                            .matches(pattern(documented));
                }
            }
            assertThat(sandbox.processes())
                    .as("the tour leaves nothing running")
                    .isEmpty();
        }
    }

    @Test
    void theJsonFieldsAreThoseOfTheTable() throws IOException {
        try (Stage stage = Stage.start()) {
            App app = stage.probe();
            Path left = Files.createDirectories(stage.sandbox().root().resolve("cache/gone")); // for disk:clean
            Files.writeString(left.resolve("a"), "of an app that was destroyed");
            Developer developer = app.developer();
            app.verb("buildpacks:add", "node").mustSucceed(); // else there is none to list
            for (List<String> cells : Markdown.of("README.md").part("verbs").rows()) {
                String verb = cells.get(0).replace("`", "").split(" ", 2)[0];
                if (cells.get(3).isEmpty()) {
                    continue;
                }
                JsonNode answer = Json.of(
                        verb.equals("apps:create")
                                ? developer.ssh(verb, "another", "--json")
                                : developer.tinyserv(verb, "--json"));
                JsonNode object = answer.isArray() ? answer.get(0) : answer;

                assertThat(new TreeSet<>(object.propertyNames()))
                        .as("the JSON fields of %s", verb)
                        .isEqualTo(new TreeSet<>(new Markdown(cells.get(3)).code()));
                assertThat(cells.get(3).startsWith("array"))
                        .as("%s is an array", verb)
                        .isEqualTo(answer.isArray());
            }
        }
    }
}
