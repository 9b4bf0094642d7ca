package dev.tinyserv.buildpacks.process;

import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Makes lines of bytes: UTF-8, what is not valid replaced, a line of more than {@value #LIMIT} bytes split. */
final class LineSplitter {
    static final int LIMIT = 10_000;

    private final Consumer<String> lines;
    private final byte[] line = new byte[LIMIT];
    private int length;

    LineSplitter(Consumer<String> lines) {
        this.lines = lines;
    }

    void add(byte[] bytes, int count) {
        for (int i = 0; i < count; i++) {
            if (bytes[i] == '\n') {
                emit(length > 0 && line[length - 1] == '\r' ? length - 1 : length);
                length = 0;
            } else {
                if (length == LIMIT) {
                    split(bytes[i]);
                }
                line[length++] = bytes[i];
            }
        }
    }

    /** Splits in front of a character of which the next byte is a part, rather than through it. */
    private void split(byte next) {
        int cut = LIMIT;
        if (isContinuation(next)) {
            int lead = LIMIT - 1;
            while (lead > LIMIT - 4 && isContinuation(line[lead])) {
                lead--;
            }
            cut = (line[lead] & 0xc0) == 0xc0 ? lead : LIMIT;
        }
        emit(cut);
        System.arraycopy(line, cut, line, 0, LIMIT - cut);
        length = LIMIT - cut;
    }

    private static boolean isContinuation(byte b) {
        return (b & 0xc0) == 0x80;
    }

    /** What came after the last line end is a line, too. */
    void end() {
        if (length > 0) {
            emit(length);
            length = 0;
        }
    }

    private void emit(int count) {
        lines.accept(new String(line, 0, count, StandardCharsets.UTF_8));
    }
}
