package dev.tinyserv.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Developer;
import dev.tinyserv.fixtures.Http;
import dev.tinyserv.fixtures.Result;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Values of config vars are kept byte for byte, or refused when they are set. */
class ConfigValuesScenario {
    private static final Map<String, String> VALUES = new LinkedHashMap<>();

    static {
        VALUES.put("NEWLINES", "one\ntwo\n\nfour");
        VALUES.put("TRAILING", "newline at the end\n");
        VALUES.put("EQUALS", "a=b==c");
        VALUES.put("QUOTES", "it's \"quoted\" `and` \\escaped\\");
        VALUES.put("SHELL", "$HOME $(id) ${PATH} * ; & | > <");
        VALUES.put("EMOJI", "\uD83D\uDE80 na\u00efve \u4F60\u597D");
        VALUES.put("BLANKS", "  around  ");
        VALUES.put("EMPTY", "");
        VALUES.put("OPTION", "--help");
        VALUES.put("CONTROL", "\u0001\u001b[31mred\t\r");
        VALUES.put("LONG", "x".repeat(20_000));
    }

    @AutoClose
    private static final Stage STAGE = Stage.start();

    private static String quoted(String value) {
        return "'" + value.replace("'", "'\\''") + "'";
    }

    private static void assertTheAppHasAll(App app) {
        var environment = Json.of(Http.text(app.port(), "/env"));
        VALUES.forEach((name, value) ->
                assertThat(environment.at("/" + name).asString()).as(name).isEqualTo(value));
    }

    @Test
    void throughTheDevelopersCommand() {
        App app = STAGE.probe();
        StringBuilder script = new StringBuilder(Developer.command() + " config:set");
        VALUES.forEach(
                (name, value) -> script.append(' ').append(name).append('=').append(quoted(value)));

        app.developer().shell().script(script.toString()).mustSucceed();

        assertTheAppHasAll(app);
        assertThat(app.developer()
                        .tinyserv("config:get", "NEWLINES")
                        .mustSucceed()
                        .out())
                .isEqualTo(VALUES.get("NEWLINES") + "\n");
        assertThat(Json.of(app.verb("config", "-j")).at("/EMOJI").asString()).isEqualTo(VALUES.get("EMOJI"));
    }

    @Test
    void throughPlainSsh() {
        App app = STAGE.probe();
        StringBuilder words = new StringBuilder("config:set -a " + app.name());
        VALUES.forEach(
                (name, value) -> words.append(' ').append(name).append('=').append(quoted(value)));

        app.developer()
                .shell()
                .script("exec $GIT_SSH_COMMAND -p " + STAGE.sandbox().ports().ssh() + " tester@127.0.0.1 "
                        + quoted(words.toString()))
                .mustSucceed();

        assertTheAppHasAll(app);
    }

    @Test
    void forAShellTheyArePrintedSoThatAShellReadsThemBack() {
        App app = STAGE.probe();
        app.developer()
                .shell()
                .script("exec $GIT_SSH_COMMAND -p " + STAGE.sandbox().ports().ssh() + " tester@127.0.0.1 "
                        + quoted("config:set -a " + app.name() + " QUOTES=" + quoted(VALUES.get("QUOTES")) + " EMOJI="
                                + quoted(VALUES.get("EMOJI"))))
                .mustSucceed();
        String lines = app.verb("config", "-s").mustSucceed().out();

        Result read = app.developer().shell().script(lines + "\nprintf '%s|%s' \"$QUOTES\" \"$EMOJI\"\n");

        assertThat(read.out()).isEqualTo(VALUES.get("QUOTES") + "|" + VALUES.get("EMOJI"));
    }

    @Test
    void whatIsNotUtf8IsRefused() {
        App app = STAGE.probe();
        String ssh = "$GIT_SSH_COMMAND -p " + STAGE.sandbox().ports().ssh() + " tester@127.0.0.1 ";

        Result inArguments = app.developer()
                .shell()
                .script("exec " + ssh + "\"config:set -a " + app.name() + " A=$(printf 'x\\377y')\"");
        Result onInput =
                app.developer().shell().script("printf 'x\\377y' | " + ssh + "config:set -a " + app.name() + " A=-");
        Result throughTheCommand =
                app.developer().shell().script("printf 'x\\377y' | " + Developer.command() + " config:set A=-");

        assertThat(inArguments.mustFail().err()).contains("UTF-8");
        assertThat(onInput.mustFail().err()).contains("UTF-8");
        assertThat(throughTheCommand.mustFail().err()).contains("UTF-8");
        assertThat(Http.text(app.port(), "/")).as("no release was made").isEqualTo("v2\n");
    }

    @Test
    void badNamesNulAndTooMuchAreRefusedAndNothingIsSet() {
        App app = STAGE.probe();
        for (String pair : new String[] {"1A=x", "A-B=x", "=x", "A", "A.B=x", "'A B=x'"}) {
            app.verb("config:set", "GOOD=1", pair).mustFail();
        }
        app.developer()
                .shell()
                .script("printf 'a\\000b' | $GIT_SSH_COMMAND -p "
                        + STAGE.sandbox().ports().ssh() + " tester@127.0.0.1 config:set -a " + app.name() + " A=-")
                .mustFail();
        app.developer()
                .sshWithInput("x".repeat(40_000), "config:set", "-a", app.name(), "A=-")
                .mustFail();
        assertThat(Json.of(app.verb("config", "-j")).isEmpty()).isTrue();
        assertThat(Http.text(app.port(), "/")).isEqualTo("v2\n");
    }

    @Test
    void secretsStandInNoArgumentListAndNoLog() {
        App app = STAGE.developer().sample("node-deps", STAGE.newName("secret"));
        app.create();
        app.developer()
                .tinyservWithInput("hunter2-hunter2", "config:set", "GREETING=-")
                .mustSucceed();

        String pushed = app.push().mustSucceed().err();
        assertThat(Http.text(app.port(), "/page"))
                .as("config vars are visible to the build")
                .contains("hunter2");
        assertThat(pushed).doesNotContain("hunter2-hunter2");
        assertThat(app.verb("logs", "-n", "500").out()).doesNotContain("hunter2-hunter2");
        assertThat(app.verb("releases").out()).doesNotContain("hunter2-hunter2");
        assertThat(app.verb("ps").out()).doesNotContain("hunter2-hunter2");
        String commandLines = STAGE.developer()
                .shell()
                .script("cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' '\\n'")
                .out();
        assertThat(commandLines).doesNotContain("hunter2-hunter2");
    }
}
