package dev.tinyserv.agent.route.control;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.Endpoint;
import dev.tinyserv.agent.event.FailedRequest;
import dev.tinyserv.agent.event.RouteEvent;
import dev.tinyserv.agent.route.table.PortRoute;
import dev.tinyserv.buildpacks.source.JsonFault;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A line between agent and router: a JSON object with {@code schema} 1, its {@code kind} and the components of the
 * record for this kind. The agent asks questions. The router answers each with its id, and sends notices. Agents and
 * routers of different versions meet at a restart: kinds and keys are only added. Unknown keys are ignored. A router
 * refuses a question of an unknown kind, and an agent ignores an answer of one.
 */
sealed interface ControlMessage {
    /** A question of the agent. */
    sealed interface Question extends ControlMessage {
        /** The id, which the answer repeats. */
        long id();

        /** The refusal of this question, with the reason. */
        default Refused refused(String why) {
            return new Refused(id(), 0, why);
        }
    }

    /** An answer of the router. */
    sealed interface Answer extends ControlMessage {
        /** The id of the question. */
        long id();
    }

    /** A message of the router without a question. */
    sealed interface Notice extends ControlMessage {}

    /**
     * Asks to put all these routes into force, and no others.
     *
     * @param version greater than any that the router has had
     */
    record Table(long id, long version, List<PortRoute> routes) implements Question {
        public Table {
            routes = List.copyOf(routes);
        }

        Table(long version, List<PortRoute> routes) {
            this(version, version, routes);
        }

        @Override
        public Refused refused(String why) {
            return new Refused(id, version, why);
        }
    }

    /**
     * Asks to read the files of all routes and to put them, and no others, into force.
     *
     * @param version greater than any that the router has had
     * @param unwritten apps whose files could not be written; their routes stay as they are
     */
    record All(long id, long version, List<AppName> unwritten) implements Question {
        public All {
            unwritten = List.copyOf(unwritten);
        }
    }

    /** Asks to read the file of one app's route and to put it into force, or to forget the app if there is none. */
    record Changed(long id, long version, AppName app) implements Question {}

    /** Asks to answer when no request to these endpoints is under way, or when the time is over. */
    record Drain(long id, List<Endpoint> endpoints, long limitMillis) implements Question {
        public Drain {
            endpoints = List.copyOf(endpoints);
        }
    }

    /** Asks for the {@link RouterStatus}. */
    record Status(long id) implements Question {}

    /** A question of a newer agent. */
    record Unknown(long id, String kind) implements Question {}

    /**
     * The question was carried out.
     *
     * @param version the version of the table in force
     * @param portErrors why ports cannot be listened on, with the answer to {@link Table}; else null
     * @param status with the answer to {@link Status}; else null
     */
    record Done(
            long id,
            long version,
            @Nullable Map<Integer, String> portErrors,
            @Nullable RouterStatus status) implements Answer {
        Done(long id, long version) {
            this(id, version, null, null);
        }
    }

    /**
     * The answer to {@link All} and {@link Changed}: the routes are in force.
     *
     * @param errors why the router cannot serve a front, by front
     */
    record Routed(long id, Map<String, String> errors) implements Answer {
        public Routed {
            errors = Map.copyOf(errors);
        }
    }

    /**
     * Nothing was done.
     *
     * @param version the version of the refused table; else 0
     * @param text the reason, in one line
     */
    record Refused(long id, long version, String text) implements Answer {}

    /**
     * A failed request, or what else an app does wrong.
     *
     * @param text the line for the timeline
     * @param request the failed request; null if it is none, and from a router of version 0.1
     */
    record Failed(AppName app, String text, @Nullable FailedRequest request) implements Notice {
        RouteEvent event() {
            return request == null ? new RouteEvent.RouterSaid(app, text) : new RouteEvent.RequestFailed(app, request);
        }
    }

    /** The router cannot listen on an app's port, and goes on trying. */
    record PortLost(AppName app, int port, String text) implements Notice {}

    /** The router listens on an app's port again. */
    record PortBack(AppName app, int port) implements Notice {}

    /** The version of this format. */
    int SCHEMA = 1;

    /** This message as a line, with its line end. */
    default byte[] toLine() {
        return Form.write(this);
    }

    /** Reads a line without its end. Throws {@link IllegalArgumentException} if it is no message. */
    static ControlMessage fromLine(byte[] line) {
        return Form.read(line);
    }

    /** The form of messages in JSON. */
    final class Form {
        private static final Map<String, Class<? extends ControlMessage>> KINDS = Stream.of(
                        Table.class,
                        All.class,
                        Changed.class,
                        Drain.class,
                        Status.class,
                        Done.class,
                        Routed.class,
                        Refused.class,
                        Failed.class,
                        PortLost.class,
                        PortBack.class)
                .collect(Collectors.toMap(Form::kind, Function.identity()));

        private static final JsonMapper MAPPER = JsonMapper.builder()
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .build();

        private Form() {}

        private static byte[] write(ControlMessage message) {
            ObjectNode fields = MAPPER.valueToTree(message);
            fields.put("schema", SCHEMA);
            fields.put("kind", kind(message.getClass()));
            return (MAPPER.writeValueAsString(fields) + "\n").getBytes(StandardCharsets.UTF_8);
        }

        private static String kind(Class<? extends ControlMessage> record) {
            String type = record.getSimpleName();
            return Character.toLowerCase(type.charAt(0)) + type.substring(1);
        }

        /** Version 0.1 leaves out what is empty. */
        private static void fill(ObjectNode fields) {
            for (String list : List.of("routes", "endpoints", "unwritten")) {
                if (!fields.has(list)) {
                    fields.putArray(list);
                }
            }
            if (!fields.has("errors")) {
                fields.putObject("errors");
            }
            if (!fields.has("text")) {
                fields.put("text", "");
            }
        }

        private static ControlMessage read(byte[] line) {
            try {
                JsonNode tree = MAPPER.readTree(line);
                JsonNode kind = tree.path("kind");
                if (tree.path("schema").asInt(0) != SCHEMA
                        || !kind.isString()
                        || !(tree instanceof ObjectNode fields)) {
                    throw new IllegalArgumentException("a line of another schema than " + SCHEMA);
                }
                fill(fields);
                Class<? extends ControlMessage> type = KINDS.getOrDefault(kind.stringValue(), Unknown.class);
                return Objects.requireNonNull(MAPPER.treeToValue(fields, type));
            } catch (JacksonException e) {
                throw new IllegalArgumentException("a line that is no message: " + JsonFault.ofRecord(e), e);
            }
        }
    }
}
