package dev.tinyserv.agent.build;

import dev.tinyserv.agent.app.ConfigVars;
import dev.tinyserv.buildpacks.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The values of config vars, and how they are blotted out of what people read: {@code [NAME]} stands in their place. */
final class Secrets {
    /** A shorter value is no secret, and would blot out half of what is said. */
    private static final int SHORTEST_BYTES = 8;

    private final List<Secret> secrets;

    private record Secret(String text, String replacement) {}

    private Secrets(List<Secret> secrets) {
        this.secrets = List.copyOf(secrets);
    }

    static Secrets of(ConfigVars env) {
        List<Secret> found = new ArrayList<>();
        // A value of several lines, such as a private key, is printed line by line.
        env.asMap()
                .forEach((name, value) -> value.lines()
                        .map(String::strip)
                        .filter(line -> line.getBytes(StandardCharsets.UTF_8).length >= SHORTEST_BYTES)
                        .forEach(line -> found.add(new Secret(line, "[" + name + "]"))));
        // A value may be a part of a longer one, of which nothing should be left.
        found.sort(Comparator.comparingInt((Secret secret) -> secret.text().length())
                .reversed());
        return new Secrets(found);
    }

    /** The text without them. */
    String blot(String text) {
        String blotted = text;
        for (Secret secret : secrets) {
            blotted = blotted.replace(secret.text(), secret.replacement());
        }
        return blotted;
    }

    /** The refusal itself if it carries none, else another one in its place; its causes, which carry them too, are lost. */
    Refusal blot(Refusal refusal) {
        String blotted = blot(refusal.getMessage());
        return blotted.equals(refusal.getMessage()) ? refusal : new Refusal(blotted);
    }
}
