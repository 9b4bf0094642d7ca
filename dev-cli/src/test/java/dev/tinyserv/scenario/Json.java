package dev.tinyserv.scenario;

import dev.tinyserv.fixtures.Result;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads what {@code --json} prints. */
public final class Json {
    private static final JsonMapper MAPPER = new JsonMapper();

    private Json() {}

    /** Standard output must be JSON and nothing else. */
    public static JsonNode of(Result result) {
        return of(result.mustSucceed().out());
    }

    public static JsonNode of(String text) {
        return MAPPER.readTree(text);
    }
}
