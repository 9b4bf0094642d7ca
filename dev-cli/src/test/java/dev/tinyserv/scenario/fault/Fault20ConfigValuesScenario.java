package dev.tinyserv.scenario.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Developer;
import dev.tinyserv.fixtures.Http;
import dev.tinyserv.fixtures.Result;
import dev.tinyserv.fixtures.fault.Campaign;
import dev.tinyserv.fixtures.fault.FaultRun;
import dev.tinyserv.scenario.Json;
import dev.tinyserv.scenario.SharedStage;
import dev.tinyserv.scenario.Stage;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Values of config vars are kept byte for byte, or refused when they are set. */
@ExtendWith(SharedStage.class)
class Fault20ConfigValuesScenario {
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
        VALUES.put("CRLF", "one\r\ntwo\r");
        VALUES.put("ALL_CONTROLS", controls());
        VALUES.put("INVISIBLE", "\uFEFF\u200B\u202Eback\u2066\u2028\u2029\u0085\u00A0");
        VALUES.put("COMBINED", "e\u0301 \u00E9 \uD83D\uDC68\u200D\uD83D\uDC69\u200D\uD83D\uDC67");
        VALUES.put("DASHES", "--");
        VALUES.put("AT", "@file");
        VALUES.put("JSON", "{\"a\": [\"\\u0000\", null]}");
        VALUES.put("PERCENT", "%s%n%00 100% %PATH%");
        VALUES.put("LONG", "x".repeat(20_000));
    }

    private static final FaultRun RUN = FaultRun.of(20, "config value that is easy to damage");

    private final Stage stage;

    Fault20ConfigValuesScenario(Stage stage) {
        this.stage = stage;
    }

    /** Each character that a terminal obeys, but NUL. */
    private static String controls() {
        StringBuilder all = new StringBuilder();
        for (char c = 1; c < 0xA0; c++) {
            all.append(Character.isISOControl(c) ? Character.toString(c) : "");
        }
        return all.toString();
    }

    @AfterAll
    static void enoughWereSet() {
        RUN.finish(3 * VALUES.size(), 0);
    }

    private static String quoted(String value) {
        return "'" + value.replace("'", "'\\''") + "'";
    }

    private static void assertTheAppHasAll(App app) {
        var environment = Json.of(Http.text(app.port(), "/env"));
        VALUES.forEach((name, value) ->
                assertThat(environment.at("/" + name).asString()).as(name).isEqualTo(value));
        RUN.injected(VALUES.size());
    }

    @Test
    void throughTheDevelopersCommand() {
        App app = stage.probe();
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
        App app = stage.probe();
        StringBuilder words = new StringBuilder("config:set -a " + app.name());
        VALUES.forEach(
                (name, value) -> words.append(' ').append(name).append('=').append(quoted(value)));

        app.developer()
                .shell()
                .script("exec $GIT_SSH_COMMAND -p " + stage.sandbox().ports().ssh() + " tester@127.0.0.1 "
                        + quoted(words.toString()))
                .mustSucceed();

        assertTheAppHasAll(app);
    }

    @Test
    void throughTheServersCommand() {
        App app = stage.probe();
        StringBuilder script = new StringBuilder(stage.server().command() + " config:set -a ").append(app.name());
        VALUES.forEach(
                (name, value) -> script.append(' ').append(name).append('=').append(quoted(value)));

        stage.server().shell().script(script.toString()).mustSucceed();

        assertTheAppHasAll(app);
    }

    @Test
    void onInputThroughEachDoor() {
        App app = stage.probe();
        String ssh = "$GIT_SSH_COMMAND -p " + stage.sandbox().ports().ssh() + " tester@127.0.0.1 config:set -a "
                + app.name() + " ";
        String local = stage.server().command() + " config:set -a " + app.name() + " ";
        Map<String, String> doors = new LinkedHashMap<>();
        doors.put("NEWLINES", ssh);
        doors.put("ALL_CONTROLS", Developer.command() + " config:set ");
        doors.put("INVISIBLE", local);
        doors.forEach((name, door) -> app.developer()
                .shell()
                .with(stage.server().shell().environment())
                .script("printf %s " + quoted(VALUES.get(name)) + " | " + door + name + "=-")
                .mustSucceed());

        var environment = Json.of(Http.text(app.port(), "/env"));
        doors.forEach((name, door) ->
                assertThat(environment.at("/" + name).asString()).as(name).isEqualTo(VALUES.get(name)));
    }

    @Test
    void whateverCharactersAValueIsMadeOf() {
        App app = stage.probe();
        int rounds = Campaign.count(2, 40);
        Random random = new Random(20);
        for (int round = 0; round < rounds; round++) {
            Map<String, String> values = new LinkedHashMap<>();
            StringBuilder script = new StringBuilder(Developer.command() + " config:set");
            for (int i = 0; i < 25; i++) {
                String value = anyText(random);
                values.put("ANY_" + i, value);
                script.append(" ANY_").append(i).append('=').append(quoted(value));
            }

            app.developer().shell().script(script.toString()).mustSucceed();

            var environment = Json.of(Http.text(app.port(), "/env"));
            values.forEach((name, value) ->
                    assertThat(environment.at("/" + name).asString()).as(name).isEqualTo(value));
            RUN.injected(values.size());
        }
    }

    private static String anyText(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(40); i > 0; i--) {
            int most = random.nextBoolean() ? 0x80 : random.nextBoolean() ? 0x3000 : Character.MAX_CODE_POINT;
            int c = 1 + random.nextInt(most - 1);
            if (Character.getType(c) != Character.SURROGATE) {
                text.appendCodePoint(c);
            }
        }
        return text.toString();
    }

    @Test
    void forAShellTheyArePrintedSoThatAShellReadsThemBack() {
        App app = stage.probe();
        app.developer()
                .shell()
                .script("exec $GIT_SSH_COMMAND -p " + stage.sandbox().ports().ssh() + " tester@127.0.0.1 "
                        + quoted("config:set -a " + app.name() + " QUOTES=" + quoted(VALUES.get("QUOTES")) + " EMOJI="
                                + quoted(VALUES.get("EMOJI"))))
                .mustSucceed();
        String lines = app.verb("config", "-s").mustSucceed().out();

        Result read = app.developer().shell().script(lines + "\nprintf '%s|%s' \"$QUOTES\" \"$EMOJI\"\n");

        assertThat(read.out()).isEqualTo(VALUES.get("QUOTES") + "|" + VALUES.get("EMOJI"));
    }

    @Test
    void whatIsNotUtf8IsRefused() {
        App app = stage.probe();
        String ssh = "$GIT_SSH_COMMAND -p " + stage.sandbox().ports().ssh() + " tester@127.0.0.1 ";

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
        App app = stage.probe();
        for (String pair : new String[] {"1A=x", "A-B=x", "=x", "A", "A.B=x", "'A B=x'"}) {
            app.verb("config:set", "GOOD=1", pair).mustFail();
        }
        app.developer()
                .shell()
                .script("printf 'a\\000b' | $GIT_SSH_COMMAND -p "
                        + stage.sandbox().ports().ssh() + " tester@127.0.0.1 config:set -a " + app.name() + " A=-")
                .mustFail();
        app.developer()
                .sshWithInput("x".repeat(40_000), "config:set", "-a", app.name(), "A=-")
                .mustFail();
        assertThat(Json.of(app.verb("config", "-j")).isEmpty()).isTrue();
        assertThat(Http.text(app.port(), "/")).isEqualTo("v2\n");
    }
}
