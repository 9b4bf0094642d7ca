package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.Printable;
import dev.tinyserv.buildpacks.Refusal;
import dev.tinyserv.buildpacks.process.Transcript;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;

/**
 * An action that says what it does in one line, {@code Restarting myapp... done}, and shows its transcript only if it
 * fails.
 */
final class Quiet implements Transcript {
    private static final int MOST_LINES = 200;

    private final Deque<String> lines = new ArrayDeque<>();

    private Quiet() {}

    @Override
    public synchronized void line(String line) {
        if (lines.size() == MOST_LINES) {
            lines.removeFirst();
        }
        lines.addLast(line);
    }

    private synchronized List<String> lines() {
        return List.copyOf(lines);
    }

    /** Prints {@code what... }, acts, and prints what the action returns. */
    static void run(Console console, String what, Function<Transcript, String> action) {
        Quiet transcript = new Quiet();
        console.text(what + "... ");
        try {
            console.line(action.apply(transcript));
        } catch (Refusal e) {
            console.line("failed");
            transcript.lines().forEach(line -> console.error(Printable.escaped(line)));
            throw e;
        }
    }
}
