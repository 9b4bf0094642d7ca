package dev.tinyserv.buildpacks.source;

import dev.tinyserv.buildpacks.base.Refusal;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Reads small texts of users from any editor or shell. A byte order mark is skipped, and a text that is no UTF-8 is
 * refused with the remedy. Line ends stay as they are: {@link String#lines()} takes those of all systems.
 */
public final class SourceText {
    private static final char MARK = '\uFEFF';

    /** How much of a text shows where its NUL bytes are. */
    private static final int SAMPLE = 64;

    private SourceText() {}

    /**
     * The text without a byte order mark.
     *
     * @param file its name, for messages
     * @throws Refusal if it is UTF-16 or UTF-32, is not UTF-8, or holds a NUL, naming the line
     */
    public static String decode(String file, byte[] content) {
        Optional<String> other = otherEncoding(content);
        if (other.isPresent()) {
            throw new Refusal(file + " is " + other.get() + "; save it as UTF-8");
        }
        ByteBuffer bytes = ByteBuffer.wrap(content);
        CharBuffer text = CharBuffer.allocate(content.length);
        CoderResult result = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT)
                .decode(bytes, text, true);
        for (int i = 0; i < bytes.position(); i++) {
            if (content[i] == 0) {
                throw new Refusal(
                        file + " line " + lineAt(content, i) + " holds a NUL byte: save it as plain UTF-8 text");
            }
        }
        if (result.isError()) {
            throw new Refusal(file + " line " + lineAt(content, bytes.position())
                    + " is not valid UTF-8: save it as plain UTF-8 text");
        }
        return withoutMark(text.flip().toString());
    }

    /**
     * The text of a file for another program, only to search in. UTF-16 with a byte order mark is read as such, as pip
     * does, and invalid bytes are replaced.
     */
    public static String lookedInto(byte[] content) {
        boolean marked = startsWith(content, 0xff, 0xfe) || startsWith(content, 0xfe, 0xff);
        return withoutMark(new String(content, marked ? StandardCharsets.UTF_16 : StandardCharsets.UTF_8));
    }

    /**
     * The name of another encoding, {@code UTF-16}, as PowerShell's {@code >} writes, or {@code UTF-32}, by the byte
     * order mark or NUL bytes at the beginning. Empty for neither.
     */
    public static Optional<String> otherEncoding(byte[] content) {
        boolean four = startsWith(content, 0xff, 0xfe, 0, 0)
                || startsWith(content, 0, 0, 0xfe, 0xff)
                || hasCharactersAt(0, 4, content)
                || hasCharactersAt(3, 4, content);
        boolean two = startsWith(content, 0xff, 0xfe)
                || startsWith(content, 0xfe, 0xff)
                || hasCharactersAt(0, 2, content)
                || hasCharactersAt(1, 2, content);
        return four ? Optional.of("UTF-32") : two ? Optional.of("UTF-16") : Optional.empty();
    }

    /** Whether it begins with the byte order mark of UTF-8. */
    public static boolean isMarked(byte[] content) {
        return startsWith(content, 0xef, 0xbb, 0xbf);
    }

    private static boolean startsWith(byte[] content, int... first) {
        for (int i = 0; i < first.length; i++) {
            if (i >= content.length || (content[i] & 0xff) != first[i]) {
                return false;
            }
        }
        return true;
    }

    /** Whether of each so many bytes the one at this place is something, and the others are NUL. */
    private static boolean hasCharactersAt(int place, int width, byte[] content) {
        int end = Math.min(content.length, SAMPLE);
        for (int i = 0; i < end; i++) {
            if ((content[i] != 0) != (i % width == place)) {
                return false;
            }
        }
        return end >= 4 && content.length % width == 0;
    }

    private static String withoutMark(String text) {
        return !text.isEmpty() && text.charAt(0) == MARK ? text.substring(1) : text;
    }

    private static int lineAt(byte[] content, int position) {
        int line = 1;
        for (int i = 0; i < position; i++) {
            if (content[i] == '\n') {
                line++;
            }
        }
        return line;
    }
}
