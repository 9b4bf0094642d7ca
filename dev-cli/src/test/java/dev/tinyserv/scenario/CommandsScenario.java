package dev.tinyserv.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Developer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The fields that scripts get, as docs/commands.md says. */
@Tag("thorough")
class CommandsScenario {
    @Test
    void theJsonFieldsAreThoseOfTheTable() throws IOException {
        try (Stage stage = Stage.start()) {
            App app = stage.probe();
            Path left = Files.createDirectories(stage.sandbox().root().resolve("cache/gone")); // for disk:clean
            Files.writeString(left.resolve("a"), "of an app that was destroyed");
            Developer developer = app.developer();
            app.verb("buildpacks:add", "node").mustSucceed(); // else there is none to list
            for (List<String> cells :
                    Markdown.of("docs/commands.md").part("verbs").rows()) {
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
