package dev.tinyserv.agent.command;

import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.process.Transcript;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;

/** The transcript of a {@link Deed}, shown only if it fails, but problems at once. Safe for several threads. */
final class Quiet implements Transcript {
    private static final int MOST_LINES = 200;

    private static final String PROBLEM = " !     ";

    private final Console console;
    private final Deque<String> lines = new ArrayDeque<>();
    private boolean lineIsOpen = true;

    private Quiet(Console console) {
        this.console = console;
    }

    @Override
    public synchronized void line(String line) {
        if (line.startsWith(PROBLEM)) {
            Console.whileHeard(() -> show(line));
            return;
        }
        if (lines.size() == MOST_LINES) {
            lines.removeFirst();
        }
        lines.addLast(line);
    }

    private void show(String problem) {
        if (lineIsOpen) {
            lineIsOpen = false;
            console.line("");
        }
        console.error(Printable.escaped(problem));
    }

    private synchronized List<String> lines() {
        return List.copyOf(lines);
    }

    /** Prints {@code what... }, acts, and returns the result, which is to be shown in the same line. */
    static Facts run(Console console, String what, Function<Transcript, Facts> action) {
        Quiet transcript = new Quiet(console);
        console.text(what + "... ");
        try {
            return action.apply(transcript);
        } catch (Refusal e) {
            console.line("failed");
            transcript.lines().forEach(line -> console.error(Printable.escaped(line)));
            throw e;
        }
    }
}
