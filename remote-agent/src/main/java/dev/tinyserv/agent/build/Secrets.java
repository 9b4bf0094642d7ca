package dev.tinyserv.agent.build;

import dev.tinyserv.agent.app.ConfigVars;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.process.CommandFailed;
import dev.tinyserv.buildpacks.process.Transcript;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The values of config vars, and how they are blotted out of what people read: {@code [NAME]} stands in their place.
 */
final class Secrets {
    private final List<Secret> secrets;

    private Secrets(List<Secret> secrets) {
        this.secrets = List.copyOf(secrets);
    }

    /** The secrets among the config vars' values: all but those that are known to be none. */
    static Secrets of(ConfigVars env, PlainVars plain) {
        List<Secret> found = new ArrayList<>();
        plain.removedFrom(env)
                .asMap()
                .forEach((name, value) ->
                        SecretForms.of(value).forEach(form -> found.add(new Secret(form, "[" + name + "]"))));
        // A value may be a part of a longer one, whose name is the better one to show.
        found.sort(Comparator.comparingInt((Secret secret) -> secret.text().length())
                .reversed());
        return new Secrets(found);
    }

    /** A new state for blotting line after line, for one thread. */
    BlottedLines lines() {
        return new BlottedLines(secrets);
    }

    /**
     * A transcript without the secrets. Safe for several threads, whose lines are blotted in the order in which they
     * come.
     */
    Transcript blotting(Transcript transcript) {
        BlottedLines lines = lines();
        return line -> {
            String blotted;
            synchronized (lines) {
                blotted = lines.next(line);
            }
            transcript.line(blotted);
        };
    }

    /** The text without the secrets, line by line; without a line end at its end. */
    String blot(String text) {
        return text.lines().map(lines()::next).collect(Collectors.joining("\n"));
    }

    /**
     * The refusal itself if it holds no secret, nor does what it was caused by; else one of the same kind and status
     * with blotted texts. That one has no cause: what logs a cause would log its secrets.
     */
    Refusal blot(Refusal refusal) {
        return texts(refusal).stream().allMatch(text -> blot(text).equals(onOneKindOfLineEnd(text)))
                ? refusal
                : refusal.reworded(this::blot);
    }

    /** All that the refusal and its causes may show somebody. */
    private static List<String> texts(Refusal refusal) {
        StringWriter trace = new StringWriter();
        refusal.printStackTrace(new PrintWriter(trace));
        List<String> texts = new ArrayList<>(List.of(refusal.getMessage(), trace.toString()));
        for (Throwable cause = refusal; cause != null; cause = cause.getCause()) {
            if (cause instanceof CommandFailed failure) {
                texts.add(String.join("\n", failure.lastLines()));
            }
        }
        return texts;
    }

    private static String onOneKindOfLineEnd(String text) {
        return text.lines().collect(Collectors.joining("\n"));
    }
}
