package dev.tinyserv.buildpacks.source;

import dev.tinyserv.buildpacks.Refusal;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Text files that users write. */
final class SourceText {
    private SourceText() {}

    /** The file's text without a byte order mark; refuses what is not UTF-8 or holds a NUL, naming the line. */
    static String decode(String file, byte[] content) {
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
                        file + " line " + lineAt(content, i) + " holds a NUL byte: save it as plain UTF-8" + " text");
            }
        }
        if (result.isError()) {
            throw new Refusal(file + " line " + lineAt(content, bytes.position())
                    + " is not valid UTF-8: save it as plain UTF-8 text");
        }
        String decoded = text.flip().toString();
        return decoded.startsWith("\uFEFF") ? decoded.substring(1) : decoded;
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
