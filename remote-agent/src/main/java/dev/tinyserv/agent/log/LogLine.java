package dev.tinyserv.agent.log;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Optional;

/**
 * A line of a timeline: {@code 2026-11-20T10:00:12.123456+00:00 app[web.1]: message}.
 *
 * @param stamp when the line was picked up, as it stands in the line: UTC, microseconds, 32 characters
 * @param source {@code app}, {@code tinyserv} or {@code router}
 * @param process the text in brackets, such as {@code web.1}
 * @param message what was printed; it may hold any character but a line feed, so escape it before a terminal sees it
 */
public record LogLine(String stamp, String source, String process, String message) {
    private static final int STAMP_LENGTH = 32;
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'+00:00'").withZone(ZoneOffset.UTC);

    /** Reads a line without its line feed; empty if it is no line of a timeline, such as the torn end of a segment. */
    public static Optional<LogLine> parse(String line) {
        if (line.length() < STAMP_LENGTH + 1
                || line.charAt(10) != 'T'
                || line.charAt(STAMP_LENGTH) != ' '
                || !line.startsWith("+00:00", STAMP_LENGTH - 6)) {
            return Optional.empty();
        }
        int open = line.indexOf('[', STAMP_LENGTH);
        int close = line.indexOf("]: ", STAMP_LENGTH);
        if (open < 0 || close < open) {
            return Optional.empty();
        }
        return Optional.of(new LogLine(
                line.substring(0, STAMP_LENGTH),
                line.substring(STAMP_LENGTH + 1, open),
                line.substring(open + 1, close),
                line.substring(close + 3)));
    }

    /** A time as it stands in a line. */
    static String stamp(Instant time) {
        return STAMP.format(time);
    }

    /**
     * When the line was picked up.
     *
     * @throws DateTimeException if somebody has edited the stamp
     */
    public Instant time() {
        return OffsetDateTime.parse(stamp).toInstant();
    }

    /** The time of the last line in a text of lines; empty if there is none, or somebody has edited its stamp. */
    static Optional<Instant> lastTime(String lines) {
        Optional<LogLine> last = Arrays.stream(lines.split("\n", -1))
                .flatMap(line -> parse(line).stream())
                .reduce((one, next) -> next);
        try {
            return last.map(LogLine::time);
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** The line as it stands in the timeline, without its line feed. */
    public String text() {
        return stamp + " " + source + "[" + process + "]: " + message;
    }
}
