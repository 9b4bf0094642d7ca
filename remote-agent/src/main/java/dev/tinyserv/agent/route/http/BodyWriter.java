package dev.tinyserv.agent.route.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import java.nio.charset.StandardCharsets;

/** Writes a body in its outgoing framing. For one thread. */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails ends the connection, and its handler hears of that
public final class BodyWriter {
    private static final ByteBuf LAST_CHUNK = Unpooled.unreleasableBuffer(
            Unpooled.directBuffer().writeBytes("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
    private static final ByteBuf CRLF =
            Unpooled.unreleasableBuffer(Unpooled.directBuffer().writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII)));
    private static final int SIZE_LINE = 10;

    private boolean chunked;
    private boolean ended;

    public void begin(boolean inChunks) {
        chunked = inChunks;
        ended = !inChunks;
    }

    /** Sends a part; owns the buffer. */
    public void content(Channel channel, ByteBuf part) {
        if (chunked) {
            ByteBuf size = channel.alloc().buffer(SIZE_LINE);
            ByteBufUtil.writeAscii(size, Integer.toHexString(part.readableBytes()));
            ByteBufUtil.writeShortBE(size, ('\r' << 8) | '\n');
            channel.write(size);
            channel.write(part);
            channel.write(CRLF.duplicate());
        } else {
            channel.write(part);
        }
    }

    /** Ends the body with these trailers, where the framing can carry them. */
    public void trailers(Channel channel, Head trailers) {
        if (!ended) {
            ended = true;
            ByteBuf out = channel.alloc().buffer();
            HeadWriter.trailers(out, trailers);
            channel.write(out);
        }
    }

    public void end(Channel channel) {
        if (!ended) {
            ended = true;
            channel.write(LAST_CHUNK.duplicate());
        }
    }
}
