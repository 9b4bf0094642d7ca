package dev.tinyserv.scenario.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Eventually;
import dev.tinyserv.fixtures.Http;
import dev.tinyserv.fixtures.Result;
import dev.tinyserv.scenario.SharedStage;
import dev.tinyserv.scenario.Stage;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** CVE-2024-52005. Text from outside that would act on a terminal, at each place from which it could reach one. */
@Tag("thorough")
@ExtendWith(SharedStage.class)
class TerminalAttackScenario {
    /** Writes the clipboard, clears the screen, colours by a C1 control, turns the direction, goes back in the line. */
    private static final String HOSTILE =
            "forged\u001b]52;c;ZXZpbA==\u0007\u001b[2J\u009b31m\u202e\b\rremote: all is well\u007f";

    private static final String SHOWN = "forged";
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Stage stage;

    TerminalAttackScenario(Stage stage) {
        this.stage = stage;
    }

    private static Arguments source(String where, Function<App, List<Result>> showing) {
        return Arguments.of(where, showing);
    }

    static Stream<Arguments> sources() {
        return Stream.of(
                source("the command of a process", app -> {
                    app.write("Procfile", "web: node server.js # " + HOSTILE.replace("\r", "") + "\n");
                    Result push = app.commit("Command").push();
                    return List.of(push.succeeded() ? app.verb("releases:info", "v3") : push);
                }),
                source("a bad line of the Procfile", app -> {
                    app.write("Procfile", HOSTILE + ": node server.js\n");
                    return List.of(app.commit("Procfile").push().mustFail());
                }),
                source("a field of app.json", app -> {
                    app.write(
                            "app.json",
                            "{\"" + jsonEscaped(HOSTILE) + "\": 1, \"env\": {\"" + jsonEscaped(HOSTILE)
                                    + "\": \"x\"}}");
                    return List.of(app.commit("app.json").push().mustFail());
                }),
                source("what a build prints", app -> {
                    app.write("package.json", """
                            {"name": "hostile", "scripts": {"build": "node shout.js"}}
                            """).write("shout.js", "console.log(" + jsString(HOSTILE) + ")");
                    return List.of(app.commit("Build").push().mustSucceed());
                }),
                source("what a failing build prints", app -> {
                    app.write("package.json", """
                            {"name": "hostile", "scripts": {"build": "node shout.js"}}
                            """)
                            .write("shout.js", "console.error(" + jsString(HOSTILE) + "); process.exit(7)");
                    return List.of(app.commit("Build").push().mustFail());
                }),
                source("what a process prints before it fails", app -> {
                    app.write("server.js", "console.log(" + jsString(HOSTILE) + "); process.exit(7)");
                    return List.of(app.commit("Start").push().mustFail());
                }),
                source("what an app prints", app -> {
                    Http.text(app.port(), "/print?" + URLEncoder.encode(HOSTILE, StandardCharsets.UTF_8));
                    Eventually.until(
                            "the line is there",
                            LIMIT,
                            () -> app.verb("logs", "-n", "500").out().contains(SHOWN));
                    return List.of(app.verb("logs", "-n", "500").mustSucceed());
                }),
                source("the names of files", app -> {
                    app.write(HOSTILE + "a", "x").write(HOSTILE + "A", "x");
                    return List.of(app.commit("Names").push().mustFail());
                }));
    }

    private static String jsonEscaped(String text) {
        StringBuilder escaped = new StringBuilder();
        text.chars().forEach(c -> escaped.append(c < 0x20 || c > 0x7e ? String.format("\\u%04x", c) : (char) c));
        return escaped.toString();
    }

    private static String jsString(String text) {
        return "\"" + jsonEscaped(text) + "\"";
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("sources")
    void isShownAsTextAndDoesNothing(String where, Function<App, List<Result>> showing) {
        App app = stage.probe();

        showing.apply(app).forEach(result -> mustBeHarmless(where, result));
    }

    private static void mustBeHarmless(String where, Result result) {
        assertThat(result.all()).as("%s is shown: %s", where, result).contains(SHOWN);
        assertThat(result.all().chars().filter(TerminalAttackScenario::acts).mapToObj(Integer::toHexString))
                .as("what acts on a terminal in %s", result)
                .isEmpty();
    }

    private static boolean acts(int c) {
        return (c < 0x20 && c != '\n' && c != '\t')
                || (c >= 0x7f && c < 0xa0)
                || (c >= 0x202a && c <= 0x202e)
                || (c >= 0x2066 && c <= 0x2069);
    }

    @Test
    void valuesAndKeysAndWordsOfACommandAreShownAsText() {
        App app = stage.probe();
        app.developer().tinyservWithInput(HOSTILE, "config:set", "HOSTILE=-").mustSucceed();
        mustBeHarmless("a value", app.verb("config"));
        mustBeHarmless("a value", app.developer().tinyserv("config"));

        String key = stage.sandbox().publicKey(stage.sandbox().makeKey("hostile", "hostile"));
        Result added = stage.developer().sshWithInput(key.strip() + HOSTILE.replace("\r", "") + "\n", "keys:add");
        mustBeHarmless(
                "the comment of a key", added.succeeded() ? stage.developer().ssh("keys") : added);

        for (List<String> words : List.of(
                List.of("'" + HOSTILE + "'"),
                List.of("apps", "'--" + HOSTILE + "'"),
                List.of("apps:create", "'" + HOSTILE + "'"),
                List.of("ps", "-a", "'" + HOSTILE + "'"),
                List.of("config:set", "-a", app.name(), "'" + HOSTILE + "=1'"),
                List.of("rollback", "-a", app.name(), "'" + HOSTILE + "'"))) {
            mustBeHarmless(
                    "a word",
                    stage.developer().ssh(words.toArray(String[]::new)).mustFail());
        }
    }
}
