package dev.tinyserv.agent.command;

import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.process.QueuedTranscript;
import dev.tinyserv.buildpacks.process.Transcript;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Prints to the caller of a verb. Throws {@link CallerGone} if the caller has gone. */
final class Console {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .build();

    /** How long a caller may take to read the last lines of what has been done. */
    static final Duration LAST_LINES = Duration.ofSeconds(10);

    private final OutputStream out;
    private final OutputStream err;
    private final boolean color;

    Console(OutputStream out, OutputStream err, boolean color) {
        this.out = out;
        this.err = err;
        this.color = color;
    }

    /** Prints text without a line end, at once. */
    void text(String text) {
        write(out, text);
    }

    /** Prints a line. */
    void line(String line) {
        write(out, line + "\n");
    }

    /** Prints a line of error output. */
    void error(String line) {
        write(err, line + "\n");
    }

    /** Prints a problem on the error output: {@code  !     text}, in red where there are colours. */
    void problem(String text) {
        text.lines()
                .forEach(line ->
                        error(color ? "\033[31m" + Transcript.PROBLEM + line + "\033[0m" : Transcript.PROBLEM + line));
    }

    /** Prints a value as JSON. */
    void json(Object value) {
        line(Printable.escapedJson(JSON.writeValueAsString(value)));
    }

    /** Prints rows with aligned columns, all at once. The last column is not padded. */
    void table(List<List<String>> rows) {
        int columns = rows.stream().mapToInt(List::size).max().orElse(0);
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                String cell = row.get(i);
                line.append(cell);
                if (i < row.size() - 1) {
                    line.append(" ".repeat(widths[i] - cell.length() + 3));
                }
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        text(text.toString());
    }

    /** Acts, and prints each line that it tells as it comes. Whoever does not read, or has gone, holds up nothing. */
    <T> T telling(Function<Transcript, T> act) {
        return telling(this::line, act);
    }

    /** The same beside JSON: the lines go to the error output. */
    <T> T noting(Function<Transcript, T> act) {
        return telling(this::error, act);
    }

    private static <T> T telling(Consumer<String> print, Function<Transcript, T> act) {
        QueuedTranscript transcript = queue(print);
        try {
            return act.apply(transcript);
        } finally {
            transcript.finish(LAST_LINES);
        }
    }

    /** A transcript that prints in a thread of its own, until it is finished. */
    static QueuedTranscript queue(Consumer<String> print) {
        return new QueuedTranscript("answer", lines -> lines.forEach(print), LAST_LINES);
    }

    /** Prints, but ignores a caller that has gone. */
    static void whileHeard(Runnable print) {
        try {
            print.run();
        } catch (CallerGone e) {
            return;
        }
    }

    private static void write(OutputStream stream, String text) {
        try {
            stream.write(text.getBytes(StandardCharsets.UTF_8));
            stream.flush();
        } catch (IOException e) {
            throw new CallerGone(e);
        }
    }
}
