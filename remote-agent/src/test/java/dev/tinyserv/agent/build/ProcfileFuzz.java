package dev.tinyserv.agent.build;

import dev.tinyserv.agent.app.ProcessType;
import dev.tinyserv.agent.fuzz.Property;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.source.Procfile;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Map;

/** Any bytes are a Procfile that can be written and read again with the same result, or are refused in one line. */
public final class ProcfileFuzz {
    private ProcfileFuzz() {}

    /** Tries one input. */
    public static void fuzzerTestOneInput(byte[] input) {
        Procfile procfile;
        try {
            procfile = Procfile.parse(input);
        } catch (Refusal refusal) {
            Property.oneLine(refusal);
            return;
        }
        StringBuilder printed = new StringBuilder();
        for (Map.Entry<String, String> line : procfile.commands().entrySet()) {
            Property.holds(!new ProcessType(line.getKey()).value().isEmpty(), "a type without a name");
            Property.holds(line.getValue().indexOf('\0') < 0, "a command with NUL");
            Property.holds(line.getValue().indexOf('\n') < 0, "a command of two lines");
            printed.append(line.getKey()).append(": ").append(line.getValue()).append('\n');
        }
        Procfile again = Procfile.parse(printed.toString().getBytes(StandardCharsets.UTF_8));
        Property.equal(procfile, again);
        Property.equal(
                new ArrayList<>(procfile.commands().keySet()),
                new ArrayList<>(again.commands().keySet()));
    }
}
