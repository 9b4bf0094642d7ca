package dev.tinyserv.buildpacks.source;

import dev.tinyserv.buildpacks.base.Refusal;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonFactoryBuilder;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** JSON files that users write, such as app.json and package.json. */
public final class JsonSource {
    private static final int MAX_DEPTH = 64;
    private static final JsonMapper STRICT = mapper(strict());
    private static final JsonMapper WITH_COMMENTS =
            mapper(strict().enable(JsonReadFeature.ALLOW_JAVA_COMMENTS).enable(JsonReadFeature.ALLOW_TRAILING_COMMA));

    private static final JsonMapper LENIENT = mapper(strict().enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
            .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
            .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES)
            .enable(JsonReadFeature.ALLOW_UNQUOTED_PROPERTY_NAMES));

    private JsonSource() {}

    private static JsonFactoryBuilder strict() {
        return JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_DEPTH)
                        .build())
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION);
    }

    private static JsonMapper mapper(JsonFactoryBuilder factory) {
        return JsonMapper.builder(factory.build())
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .build();
    }

    /**
     * Reads one JSON object. Duplicate names and nesting deeper than {@value #MAX_DEPTH} are refused.
     *
     * @param file the file's name, for messages
     * @throws Refusal if it is none, naming line and column
     */
    public static ObjectNode parse(String file, byte[] content) {
        return parse(file, content, STRICT);
    }

    /** As {@link #parse}, where comments and commas behind the last value are allowed, as in deno.jsonc. */
    public static ObjectNode parseWithComments(String file, byte[] content) {
        return parse(file, content, WITH_COMMENTS);
    }

    /** As {@link #parseWithComments}, where names may lack quotes and texts may have single ones, too, as in JSON5. */
    public static ObjectNode parseLenient(String file, byte[] content) {
        return parse(file, content, LENIENT);
    }

    private static ObjectNode parse(String file, byte[] content, JsonMapper mapper) {
        JsonNode node;
        try {
            node = mapper.readTree(SourceText.decode(file, content));
        } catch (JacksonException e) {
            TokenStreamLocation at = e.getLocation();
            String place = at == null ? "" : " line " + at.getLineNr() + ", column " + at.getColumnNr();
            throw new Refusal(file + place + " is not valid JSON: " + JsonFault.of(e, mapper == STRICT), e);
        }
        if (node instanceof ObjectNode object) {
            return object;
        }
        throw new Refusal(file + " is no JSON object: expected {…}");
    }
}
