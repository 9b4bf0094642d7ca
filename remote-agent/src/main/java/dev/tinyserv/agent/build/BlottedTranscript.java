package dev.tinyserv.agent.build;

import dev.tinyserv.agent.app.ConfigVars;
import dev.tinyserv.buildpacks.process.Transcript;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A transcript in which the values of config vars do not appear: {@code [NAME]} stands in their place. */
final class BlottedTranscript implements Transcript {
    /** A shorter value is no secret, and would blot out half of what is said. */
    private static final int SHORTEST_SECRET_BYTES = 8;

    private final Transcript transcript;
    private final List<Secret> secrets;

    private record Secret(String text, String replacement) {}

    BlottedTranscript(Transcript transcript, ConfigVars env) {
        this.transcript = transcript;
        List<Secret> found = new ArrayList<>();
        // A value of several lines, such as a private key, is printed line by line.
        env.asMap()
                .forEach((name, value) -> value.lines()
                        .map(String::strip)
                        .filter(line -> line.getBytes(StandardCharsets.UTF_8).length >= SHORTEST_SECRET_BYTES)
                        .forEach(line -> found.add(new Secret(line, "[" + name + "]"))));
        // A value may be a part of a longer one, of which nothing should be left.
        found.sort(Comparator.comparingInt((Secret secret) -> secret.text().length())
                .reversed());
        this.secrets = List.copyOf(found);
    }

    @Override
    public void line(String line) {
        String blotted = line;
        for (Secret secret : secrets) {
            blotted = blotted.replace(secret.text(), secret.replacement());
        }
        transcript.line(blotted);
    }
}
