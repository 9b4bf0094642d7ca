package dev.tinyserv.agent.command;

import dev.tinyserv.agent.fuzz.Property;
import dev.tinyserv.buildpacks.base.Refusal;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.json.JsonMapper;

/** A call is one line of JSON that means the same when it is written and read again; what follows it stays unread. */
public final class CallHeaderFuzz {
    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private CallHeaderFuzz() {}

    /** Tries one input. */
    public static void fuzzerTestOneInput(byte[] input) {
        ByteArrayInputStream in = new ByteArrayInputStream(input);
        CallHeader header;
        try {
            header = CallHeader.read(in);
        } catch (Refusal refusal) {
            Property.oneLine(refusal);
            return;
        }
        Property.equal(input.length - endOfLine(input), in.available());
        Property.holds(header.arguments().stream().noneMatch(Objects::isNull), "an argument that is none");
        String written = MAPPER.writeValueAsString(header);
        if (written.length() <= CallHeader.LIMIT_BYTES) {
            Property.equal(header, CallHeader.read(new ByteArrayInputStream(written.getBytes(StandardCharsets.UTF_8))));
        }
    }

    private static int endOfLine(byte[] input) {
        for (int i = 0; i < input.length; i++) {
            if (input[i] == '\n') {
                return i + 1;
            }
        }
        return input.length;
    }
}
