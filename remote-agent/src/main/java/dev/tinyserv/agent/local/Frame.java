package dev.tinyserv.agent.local;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A piece of what goes over the agent's socket: one byte of kind, four bytes of length (big-endian), then as many bytes
 * of content as the length says.
 */
final class Frame {
    /** The most bytes of one frame's content. */
    static final int LIMIT_BYTES = 512 * 1024;

    enum Kind {
        /** The call: JSON, the first frame of a client. */
        CALL('c'),
        /** The agent wants the client's input, which is not sent before. */
        INPUT_WANTED('w'),
        /** A piece of the client's input. */
        INPUT('i'),
        /** The client's input has ended. */
        INPUT_END('e'),
        /** A piece of output. */
        OUTPUT('o'),
        /** A piece of error output. */
        ERROR('r'),
        /** The exit status, four bytes; the last frame. */
        EXIT('x');

        private final char code;

        Kind(char code) {
            this.code = code;
        }
    }

    private final Kind kind;
    private final byte[] content;

    private Frame(Kind kind, byte[] content) {
        this.kind = kind;
        this.content = content;
    }

    Kind kind() {
        return kind;
    }

    /** The bytes of the content, not copied. */
    byte[] content() {
        return content;
    }

    /** Writes one frame of at most {@link #LIMIT_BYTES} bytes of content. Several writers must take turns. */
    static void write(DataOutputStream out, Kind kind, byte[] bytes, int offset, int length) throws IOException {
        out.writeByte(kind.code);
        out.writeInt(length);
        out.write(bytes, offset, length);
        out.flush();
    }

    /**
     * Reads the next frame.
     *
     * @return null if the other side has closed between two frames
     * @throws IOException if the frame is of an unknown kind or too long, or if the other side closes within it
     */
    static @Nullable Frame read(DataInputStream in) throws IOException {
        int code = in.read();
        if (code < 0) {
            return null;
        }
        Kind kind = kindOf(code);
        int length = in.readInt();
        if (length < 0 || length > LIMIT_BYTES) {
            throw new IOException("a frame of " + length + " bytes is more than " + LIMIT_BYTES);
        }
        byte[] content = in.readNBytes(length);
        if (content.length < length) {
            throw new EOFException("the other side closed within a frame");
        }
        return new Frame(kind, content);
    }

    private static Kind kindOf(int code) throws IOException {
        for (Kind kind : Kind.values()) {
            if (kind.code == code) {
                return kind;
            }
        }
        throw new IOException("a frame of the unknown kind " + code);
    }
}
