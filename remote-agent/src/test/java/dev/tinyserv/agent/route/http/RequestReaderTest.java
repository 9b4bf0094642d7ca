package dev.tinyserv.agent.route.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class RequestReaderTest {
    private static final String HEAD = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n";

    private final RequestReader reader = new RequestReader();

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
    }

    @Test
    void headsThatComeTogetherAreReadOneAfterTheOther() {
        ByteBuf in = bytes(HEAD + "POST /b HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");

        assertThat(reader.begins(in)).isTrue();
        assertThat(reader.read(in)).isNotNull();
        assertThat(reader.begins(in)).isTrue();
        Request second = Objects.requireNonNull(reader.read(in));
        assertThat(second.framing().length()).isEqualTo(3);
        assertThat(reader.head().text(0, second.methodEnd())).isEqualTo("POST");
        assertThat(in.readableBytes()).isEqualTo(3);
    }

    @Test
    void oneEmptyLineBeforeAHeadIsSkippedHoweverItComes() {
        ByteBuf in = bytes("\r");
        assertThat(reader.begins(in)).isFalse();
        in = bytes("\r\n");
        assertThat(reader.begins(in)).isFalse();
        in = bytes(HEAD);
        assertThat(reader.begins(in)).isTrue();
        assertThat(reader.read(in)).isNotNull();
    }

    @Test
    void aSecondEmptyLineIsRefused() {
        ByteBuf in = bytes("\r\n\r\n" + HEAD);
        assertThat(reader.begins(in)).isTrue();
        assertThatThrownBy(() -> reader.read(in)).isInstanceOf(BadMessage.class);
    }

    @Test
    void whatCannotBecomeARequestIsRefusedBeforeItsHeadIsComplete() {
        assertThatThrownBy(() -> reader.read(bytes("SSH-2.0-"))).hasMessage("a bad method");
    }
}
