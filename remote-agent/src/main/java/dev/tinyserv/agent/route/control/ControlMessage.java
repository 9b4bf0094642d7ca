package dev.tinyserv.agent.route.control;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.Endpoint;
import dev.tinyserv.agent.route.table.PortRoute;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * A line between agent and router, in JSON. The agent asks with a kind of TABLE, DRAIN or STATUS; the router answers
 * with the same id, DONE or REFUSED; other kinds are notices of the router.
 *
 * @param schema {@link #SCHEMA}
 * @param id of a question and its answer
 * @param kind what it is
 * @param version of the table that is sent or held
 * @param routes all routes, with TABLE
 * @param endpoints with DRAIN
 * @param limitMillis with DRAIN
 * @param portErrors why ports cannot be listened on, with the answer to TABLE
 * @param status with the answer to STATUS
 * @param app with a notice
 * @param port with a notice
 * @param text what went wrong, in one line
 */
@JsonInclude(JsonInclude.Include.NON_DEFAULT)
record ControlMessage(
        int schema,
        long id,
        String kind,
        long version,
        @Nullable List<PortRoute> routes,
        @Nullable List<Endpoint> endpoints,
        long limitMillis,
        @Nullable Map<Integer, String> portErrors,
        @Nullable RouterStatus status,
        @Nullable AppName app,
        int port,
        @Nullable String text) {
    static final int SCHEMA = 1;
    static final String TABLE = "table";
    static final String DRAIN = "drain";
    static final String STATUS = "status";
    static final String DONE = "done";
    static final String REFUSED = "refused";
    static final String FAILED = "failed";
    static final String PORT_LOST = "portLost";
    static final String PORT_BACK = "portBack";

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    static ControlMessage table(long version, List<PortRoute> routes) {
        return new ControlMessage(SCHEMA, version, TABLE, version, routes, null, 0, null, null, null, 0, null);
    }

    static ControlMessage drain(long id, List<Endpoint> endpoints, long limitMillis) {
        return new ControlMessage(SCHEMA, id, DRAIN, 0, null, endpoints, limitMillis, null, null, null, 0, null);
    }

    static ControlMessage status(long id) {
        return new ControlMessage(SCHEMA, id, STATUS, 0, null, null, 0, null, null, null, 0, null);
    }

    ControlMessage done(long heldVersion, @Nullable Map<Integer, String> errors, @Nullable RouterStatus answer) {
        return new ControlMessage(SCHEMA, id, DONE, heldVersion, null, null, 0, errors, answer, null, 0, null);
    }

    ControlMessage refused(String why) {
        return new ControlMessage(SCHEMA, id, REFUSED, version, null, null, 0, null, null, null, 0, why);
    }

    static ControlMessage failed(AppName app, String text) {
        return new ControlMessage(SCHEMA, 0, FAILED, 0, null, null, 0, null, null, app, 0, text);
    }

    static ControlMessage portLost(AppName app, int port, String why) {
        return new ControlMessage(SCHEMA, 0, PORT_LOST, 0, null, null, 0, null, null, app, port, why);
    }

    static ControlMessage portBack(AppName app, int port) {
        return new ControlMessage(SCHEMA, 0, PORT_BACK, 0, null, null, 0, null, null, app, port, null);
    }

    /** The line, with its end. */
    byte[] toLine() {
        return (MAPPER.writeValueAsString(this) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** Reads a line without its end; throws {@link IllegalArgumentException} if it is none of ours. */
    static ControlMessage fromLine(byte[] line) {
        try {
            ControlMessage message = MAPPER.readValue(line, ControlMessage.class);
            if (message == null || message.schema() != SCHEMA || message.kind() == null) {
                throw new IllegalArgumentException("a line of another schema than " + SCHEMA);
            }
            return message;
        } catch (JacksonException e) {
            throw new IllegalArgumentException("a line that is no message: " + e.getOriginalMessage(), e);
        }
    }
}
