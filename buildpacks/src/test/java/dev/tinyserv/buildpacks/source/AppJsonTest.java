package dev.tinyserv.buildpacks.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinyserv.buildpacks.base.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AppJsonTest {
    private static AppJson parse(String text) {
        return AppJson.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void fillsOnlyWhatIsNotSet() {
        AppJson app = parse("""
                {"name": "x", "formation": {"web": {"quantity": 2}}, "env": {
                  "PLAIN": "a=b\\nc", "MINE": "theirs", "COUNT": 3, "ON": {"value": true, "description": "…"},
                  "OPTIONAL": {"required": false}, "KEY": {"generator": "secret"}}}
                """);
        Map<String, String> added = app.fill(Map.of("MINE", ""));
        assertThat(added)
                .containsEntry("PLAIN", "a=b\nc")
                .containsEntry("COUNT", "3")
                .containsEntry("ON", "true")
                .containsOnlyKeys("PLAIN", "COUNT", "ON", "KEY");
        assertThat(added.get("KEY")).matches("[0-9a-f]{64}");
        assertThat(app.fill(Map.of()).get("KEY")).isNotEqualTo(added.get("KEY"));
        assertThat(app.fill(Map.of("KEY", "kept"))).doesNotContainKey("KEY");
    }

    @Test
    void refusesWhenRequiredOnesAreMissing() {
        AppJson app = parse("{\"env\": {\"A\": {\"description\": \"x\"}, \"B\": {\"required\": true}, \"C\": null}}");
        assertThatThrownBy(() -> app.fill(Map.of()))
                .isInstanceOf(Refusal.class)
                .hasMessage("app.json requires A, B: set them with `tinyserv config:set A=… B=…`");
        assertThat(app.fill(Map.of("A", "1", "B", "2"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"env": {"A": 1,, }}                       | app.json line 1, column 17 is not valid JSON
            {"env": {"A": "x"}, "env": {}}             | app.json line 1, column 26 is not valid JSON: the name 'env' stands there twice
            {"env": {}} trailing                       | app.json line 1, column 13 is not valid JSON: the word 'trailing' does not
            {"env": {"A": ]}}                          | app.json line 1, column 15 is not valid JSON: a value is missing
            {"env": {"A": "x" "B": "y"}}               | column 19 is not valid JSON: a comma or a closing bracket is
            {"env": {"A": yes}}                        | the word 'yes' does not belong there: put a text in
            {"env": {"A" "x"}}                         | a colon behind the name is missing
            {"env": {"A": 'x}}                         | it ends before all brackets and quotes are closed
            {"env":                                    | it ends before all brackets and quotes are closed
            {"env": {"A": "\\q"}}                        | a backslash with a character that it cannot stand before
            {"env": {"A": 012}}                        | a number begins with 0
            {"env": {"A": -}}                          | a number is written in a way that JSON does not know
            {"env": {"A": "x"}} /* a comment           | a comment is not closed
            ["env"]                                    | app.json is no JSON object: expected {…}
            {"env": []}                                | app.json: env is no object
            {"env": {"A B": "x"}}                      | app.json: env has 'A B', no name of a variable
            {"env": {"A": ["x"]}}                      | app.json: env.A: expected a text
            {"env": {"A": {"generator": "uuid"}}}      | app.json: env.A.generator: expected "secret"
            {"env": {"A": {"required": "yes"}}}        | app.json: env.A.required: expected true or false
            {"formation": []}                          | app.json: formation: expected {"web": {"quantity": 1}}
            {"formation": {"web": 2}}                  | app.json: formation.web: expected {"quantity": 1}
            {"formation": {"web": {"quantity": "2"}}}  | app.json: formation.web.quantity: expected a whole number from 0 to 100
            {"formation": {"web": {"quantity": 101}}}  | app.json: formation.web.quantity: expected a whole number from 0 to 100
            {"formation": {"web": {"quantity": -1}}}   | app.json: formation.web.quantity: expected a whole number from 0 to 100
            {"formation": {"web": {"quantity": 1.5}}}  | app.json: formation.web.quantity: expected a whole number from 0 to 100
            {"formation": {"web": {"quantity": 1e99}}} | app.json: formation.web.quantity: expected a whole number from 0 to 100
            {"formation": {"web": {"enforce": 1}}}     | app.json: formation.web.enforce: expected true or false
            {"formation": {"a b": {"quantity": 1}}}    | app.json: formation.a b: expected a process type of 1 to 63 letters
            {"scripts": "x"}                           | app.json: scripts: expected {"postdeploy": "COMMAND"}
            {"scripts": {"postdeploy": ["x"]}}         | app.json: scripts.postdeploy: expected a text of 1 to 10000 characters
            {"scripts": {"dokku": {"predeploy": " "}}} | app.json: scripts.dokku.predeploy: expected a text of 1 to 10000 characters
            {"scripts": {"dokku": 1}}                  | app.json: scripts.dokku: expected {"postdeploy": "COMMAND"}
            {"formation": {"release": {"quantity": 1}}} | app.json: formation.release: expected no quantity
            {"env": {"A": "\\u0000"}}                  | app.json: env.A holds a NUL character
            """)
    void saysWhereItIsWrong(String text, String message) {
        assertThatThrownBy(() -> parse(text)).isInstanceOf(Refusal.class).hasMessageContaining(message);
    }

    @Test
    void hasTheFormationThatItsAuthorWants() {
        assertThat(parse("""
                {"formation": {"web": {"quantity": 2, "size": "M"}, "clock": {"quantity": 0, "enforce": true},
                  "worker": {"size": "L"}, "other": {"quantity": null}}}
                """).formation())
                .containsOnly(
                        Map.entry("web", new AppJson.Quantity(2, false)),
                        Map.entry("clock", new AppJson.Quantity(0, true)));
        assertThat(parse("{\"formation\": null}").formation()).isEmpty();
        String many = IntStream.rangeClosed(1, 51)
                .mapToObj(i -> "\"t" + i + "\": {\"quantity\": 1}")
                .collect(Collectors.joining(",", "{\"formation\": {", "}}"));
        assertThatThrownBy(() -> parse(many))
                .hasMessage("app.json: formation: expected at most 50 of them, and there are 51");
    }

    @Test
    void hasTheScriptsOfHerokuAndOfDokku() {
        assertThat(parse("{\"scripts\": {\"postdeploy\": \"a\", \"predeploy\": \"b\", \"test\": \"c\"}}")
                        .scripts())
                .isEqualTo(new AppJson.Scripts("b", "a", null));
        assertThat(parse("{\"scripts\": {\"dokku\": {\"predeploy\": \"d\", \"postdeploy\": \"e\"}}}")
                        .scripts())
                .isEqualTo(new AppJson.Scripts("d", null, "e"));
        assertThat(parse("{\"scripts\": null}").scripts()).isEqualTo(AppJson.Scripts.NONE);
    }

    @Test
    void isBoundedInDepthAndSize() {
        assertThatThrownBy(() -> parse("{\"a\":" + "[".repeat(100_000))).isInstanceOf(Refusal.class);
        assertThatThrownBy(() -> parse(" ".repeat(300 * 1024))).hasMessageContaining("more than the 262144");
    }

    @Test
    void wantsNothingWithoutAFile() throws Exception {
        assertThat(AppJson.read(new MapSource()).env()).isEmpty();
        assertThatThrownBy(() -> AppJson.read(new MapSource().with("app.json/", "")))
                .hasMessageContaining("link or a folder");
    }

    /** As Dokku and readers of JSON5 take it. */
    @Test
    void mayHaveCommentsAndACommaBehindTheLastValue() {
        AppJson app = parse("""
                // what the app needs
                {
                  "env": {
                    /* for people
                       who read */
                    "GREETING": "hello // no comment", // a comment
                    'QUOTED': 'x',
                    BARE: "y",
                  },
                  "buildpacks": [{"url": "python"},],
                }
                """);
        assertThat(app.fill(Map.of()))
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("GREETING", "hello // no comment", "QUOTED", "x", "BARE", "y"));
        assertThat(app.buildpacks()).containsExactly("python");
    }

    @Test
    void namesTheLineInWordsOfItsOwn() {
        assertThatThrownBy(() -> parse("{\n  // a comment\n  \"env\": {\"A\": \"x\",,}\n}"))
                .hasMessageStartingWith("app.json line 3, column 20 is not valid JSON: ")
                .hasMessageNotContainingAny("code ", "Unexpected", "JsonToken", "expecting", "parser", "`");
        assertThatThrownBy(() -> parse("{\"a\": ".repeat(100)))
                .hasMessageContaining("is not valid JSON: it is nested too deep");
    }
}
