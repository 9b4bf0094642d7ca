package dev.tinyserv.buildpacks.process;

import dev.tinyserv.buildpacks.base.Refusal;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A program could not be started, or did not end as it should. */
public final class CommandFailed extends Refusal {
    private static final long serialVersionUID = 1L;

    /** The {@link #status()} of a program that could not be started. */
    public static final int NOT_STARTED = 127;

    /** The most characters of each of its last lines. */
    public static final int KEPT_CHARACTERS = 500;

    private final String command;
    private final int status;
    private final boolean endedByUs;
    private final transient List<String> lastLines;

    CommandFailed(
            String command,
            int status,
            boolean endedByUs,
            List<String> lastLines,
            String message,
            @Nullable Throwable cause) {
        super(message, cause);
        this.command = command;
        this.status = status;
        this.endedByUs = endedByUs;
        this.lastLines = List.copyOf(lastLines);
    }

    @Override
    protected Refusal withTexts(UnaryOperator<String> wording) {
        List<String> lines = wording.apply(String.join("\n", lastLines)).lines().toList();
        return new CommandFailed(wording.apply(command), status, endedByUs, lines, wording.apply(getMessage()), null);
    }

    /** The command's name. */
    public String command() {
        return command;
    }

    /** The program's exit code; 128 and more: ended by that signal; 127: not started. */
    public int status() {
        return status;
    }

    /** Whether tinyserv ended the program, as the message says; its last lines then only tell that it was ended. */
    public boolean endedByUs() {
        return endedByUs;
    }

    /** The last lines that it printed, at most 20, each cut to 500 characters; not escaped. */
    public List<String> lastLines() {
        return lastLines;
    }
}
