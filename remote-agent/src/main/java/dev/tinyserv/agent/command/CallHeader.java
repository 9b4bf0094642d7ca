package dev.tinyserv.agent.command;

import dev.tinyserv.buildpacks.base.Refusal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The first line of input from {@code tinyserv}, in JSON, so that no value is in an argument list.
 *
 * @param schema the version of this format: {@value #SCHEMA}
 * @param app the app of the folder that the caller is in; null if none is known
 * @param host the server's name as the caller wrote it, for URLs; null if not given
 * @param color whether the caller's terminal shows colours
 */
record CallHeader(
        int schema,
        List<String> arguments,
        @Nullable String app,
        @Nullable String host,
        boolean color) {
    /** The argument in place of a verb where a header follows. No verb has this name. */
    static final String MARK = "call";

    private static final int SCHEMA = 1;

    static final int LIMIT_BYTES = 256 * 1024;

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    /** A call without a header. */
    static CallHeader of(List<String> arguments) {
        return new CallHeader(SCHEMA, arguments, null, null, false);
    }

    /** Reads one line of JSON and no further. Throws a {@link Refusal} if it is no header. */
    static CallHeader read(InputStream in) {
        try {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
                if (line.size() == LIMIT_BYTES) {
                    throw Refusal.usage("the call is larger than " + LIMIT_BYTES + " bytes; pass large values on stdin"
                            + " with K=-");
                }
                line.write(b);
            }
            @Nullable CallHeader header = MAPPER.readValue(line.toString(StandardCharsets.UTF_8), CallHeader.class);
            if (header == null || header.arguments == null || header.arguments.contains(null)) {
                throw Refusal.usage("the call names no verb");
            }
            if (header.schema != SCHEMA) {
                throw Refusal.usage("the call has the form " + header.schema + ", and this server reads " + SCHEMA
                        + ": use the command of the server's version");
            }
            return header;
        } catch (JacksonException e) {
            throw Refusal.usage("the call is not one line of JSON with schema, arguments and app");
        } catch (IOException e) {
            throw new Refusal("the call could not be read", e);
        }
    }
}
