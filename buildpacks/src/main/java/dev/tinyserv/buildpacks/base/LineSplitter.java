package dev.tinyserv.buildpacks.base;

import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Splits a stream of bytes, given in pieces, into lines, which end with LF or CR LF. A line of over 10,000 bytes is split
 * between two characters. Bytes that are no UTF-8 become U+FFFD. For one thread.
 */
public final class LineSplitter {
    /** The most bytes of one line. */
    public static final int LONGEST = 10_000;

    /** With this many bytes at hand and no line end among them, a line is too long, whether CR LF follows or not. */
    private static final int WINDOW = LONGEST + 2;

    /** Takes the lines. */
    @FunctionalInterface
    public interface Lines {
        /** A line without its end, and the index of its first byte. */
        void line(int from, String text);
    }

    private static final int PIECE = 8192;

    private final Lines lines;
    private final byte[] held = new byte[WINDOW + PIECE];
    private int length;

    /** A splitter for a new stream. */
    public LineSplitter(Consumer<String> lines) {
        this.lines = (from, line) -> lines.accept(line);
    }

    /** Gives the lines to the consumer that end with the next {@code count} bytes of the stream. */
    public void add(byte[] bytes, int count) {
        for (int at = 0; at < count; at += PIECE) {
            int piece = Math.min(PIECE, count - at);
            System.arraycopy(bytes, at, held, length, piece);
            length += piece;
            drop(split(held, length, lines));
        }
    }

    /** Ends the stream: the bytes after the last line end are a line, too. */
    public void end() {
        while (length > 0) {
            drop(rest(held, Math.min(length, LONGEST), length <= LONGEST, lines));
        }
    }

    private void drop(int taken) {
        length -= taken;
        System.arraycopy(held, taken, held, 0, length);
    }

    /**
     * Gives the complete lines among the first {@code length} bytes to the consumer.
     *
     * @return how many bytes they took; the rest is the beginning of a line, shorter than {@link #WINDOW}
     */
    public static int split(byte[] bytes, int length, Lines lines) {
        int at = 0;
        while (at < length) {
            int window = Math.min(length, at + WINDOW);
            int end = indexOfLineFeed(bytes, at, window);
            if (end < 0 && window - at < WINDOW) {
                return at;
            }
            at = end < 0 ? cut(bytes, at, lines) : line(bytes, at, end, lines);
        }
        return at;
    }

    private static int line(byte[] bytes, int from, int lineFeed, Lines lines) {
        int end = lineFeed > from && bytes[lineFeed - 1] == '\r' ? lineFeed - 1 : lineFeed;
        if (end - from > LONGEST) {
            return cut(bytes, from, lines);
        }
        lines.line(from, text(bytes, from, end));
        return lineFeed + 1;
    }

    private static int cut(byte[] bytes, int from, Lines lines) {
        int end = wholeCharacters(bytes, from, from + LONGEST);
        lines.line(from, text(bytes, from, end));
        return end;
    }

    /**
     * Gives the beginning of a line to the consumer as if it were one.
     *
     * @param length how many bytes it has; {@link #LONGEST} at most
     * @param all also the bytes of an unfinished character at its end
     * @return how many bytes were taken; 0 if there is nothing but an unfinished character
     */
    public static int rest(byte[] bytes, int length, boolean all, Lines lines) {
        int end = all ? length : wholeCharacters(bytes, 0, length);
        if (end > 0) {
            lines.line(0, text(bytes, 0, end));
        }
        return end;
    }

    private static String text(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }

    /** The index of the first line feed; -1 if there is none. */
    public static int indexOfLineFeed(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    /** The beginning of a character that is unfinished at {@code to}; else {@code to}. */
    private static int wholeCharacters(byte[] bytes, int from, int to) {
        for (int back = 1; back <= 3 && to - back >= from; back++) {
            int value = bytes[to - back] & 0xff;
            if (value < 0x80) {
                return to;
            }
            if (value >= 0xc0) {
                int needed = value >= 0xf0 ? 4 : value >= 0xe0 ? 3 : 2;
                return needed > back ? to - back : to;
            }
        }
        return to;
    }
}
