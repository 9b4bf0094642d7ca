package dev.tinyserv.agent.command;

import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.process.QueuedTranscript;
import dev.tinyserv.buildpacks.process.Transcript;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;

/** The transcript of a {@link Deed}, shown only if it fails, but problems at once. Safe for several threads. */
final class Quiet implements Transcript {
    private static final int MOST_LINES = 200;

    private final Console console;
    private final QueuedTranscript problems;
    private final Deque<String> lines = new ArrayDeque<>();
    private boolean lineIsOpen = true;

    private Quiet(Console console) {
        this.console = console;
        this.problems = Console.queue(this::show);
    }

    @Override
    public void line(String line) {
        if (line.startsWith(PROBLEM)) {
            problems.line(line);
        } else {
            keep(line);
        }
    }

    private synchronized void keep(String line) {
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
        console.error(problem);
    }

    private synchronized List<String> lines() {
        return List.copyOf(lines);
    }

    /** Prints {@code what... }, acts, and returns the result, which is to be shown in the same line. */
    static Facts run(Console console, String what, Function<Transcript, Facts> action) {
        console.text(what + "... ");
        Quiet transcript = new Quiet(console);
        try {
            Facts result = action.apply(transcript);
            transcript.problems.finish(Console.LAST_LINES);
            return result;
        } catch (RuntimeException e) {
            transcript.problems.finish(Console.LAST_LINES);
            Console.whileHeard(() -> transcript.tellFailure());
            throw e;
        }
    }

    private void tellFailure() {
        console.line("failed");
        lines().forEach(line -> console.error(Printable.escaped(line)));
    }
}
