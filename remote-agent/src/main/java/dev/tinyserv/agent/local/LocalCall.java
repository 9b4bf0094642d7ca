package dev.tinyserv.agent.local;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * What a client of the socket sends first.
 *
 * @param schema the version of this format: {@value #SCHEMA}
 * @param arguments the verb and what follows it
 * @param environment GIT_PROTOCOL, LANG and TERM of the caller, where set
 */
record LocalCall(int schema, List<String> arguments, Map<String, String> environment) {
    static final int SCHEMA = 1;

    /** The call as JSON in UTF-8. It is written piece by piece, because binding a record to JSON loads 600 classes. */
    byte[] toJson() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = new JsonFactory().createGenerator(ObjectWriteContext.empty(), bytes)) {
            json.writeStartObject();
            json.writeNumberProperty("schema", schema);
            json.writeArrayPropertyStart("arguments");
            arguments.forEach(json::writeString);
            json.writeEndArray();
            json.writeObjectPropertyStart("environment");
            environment.forEach(json::writeStringProperty);
            json.writeEndObject();
            json.writeEndObject();
        }
        return bytes.toByteArray();
    }
}
