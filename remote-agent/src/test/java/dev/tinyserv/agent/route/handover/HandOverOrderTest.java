package dev.tinyserv.agent.route.handover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.agent.route.proxy.Transport;
import dev.tinyserv.fixtures.Eventually;
import io.netty.channel.Channel;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class HandOverOrderTest {
    @TempDir
    Path root;

    /** A router whose table is written when the test says so. */
    private static final class Giving implements HandOver.Giver {
        final List<CompletableFuture<Map<Integer, Channel>>> asked = new CopyOnWriteArrayList<>();
        final CompletableFuture<Void> wentOn = new CompletableFuture<>();

        void awaitAsked() {
            Eventually.until("the router is asked for its sockets", Duration.ofMinutes(1), () -> !asked.isEmpty());
        }

        @Override
        public CompletableFuture<Map<Integer, Channel>> prepare() {
            CompletableFuture<Map<Integer, Channel>> prepared = new CompletableFuture<>();
            asked.add(prepared);
            return prepared;
        }

        @Override
        public void goOn() {
            wentOn.complete(null);
        }

        @Override
        public void leave() {}
    }

    private SocketChannel ask() throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(root.resolve("sock")));
        channel.write(ByteBuffer.wrap(new byte[] {HandOver.LIST}));
        return channel;
    }

    /** The thread of the conversation opens sockets, too: a change that opens one may be under way. */
    @Test
    void aTableThatIsNotWrittenYetHoldsUpNobody() throws Exception {
        Transport transport = Transport.open(1);
        Assumptions.assumeTrue(transport.epoll(), "there is no epoll");
        Giving giving = new Giving();
        try (HandOver giver = HandOver.open(root.resolve("sock"), transport, giving);
                SocketChannel first = ask()) {
            assertThat(giver).isNotNull();
            giving.awaitAsked();
            assertThat(transport.boss().submit(() -> "free").get(20, TimeUnit.SECONDS))
                    .isEqualTo("free");

            giving.asked.get(0).complete(Map.of());
            String line = new BufferedReader(Channels.newReader(first, StandardCharsets.US_ASCII)).readLine();
            assertThat(line).isEqualTo(String.valueOf(ProcessHandle.current().pid()));
        } finally {
            transport.close();
        }
    }

    @Test
    void aTableThatCannotBeWrittenIsNotHandedOver() throws Exception {
        Transport transport = Transport.open(1);
        Assumptions.assumeTrue(transport.epoll(), "there is no epoll");
        Giving giving = new Giving();
        try (HandOver giver = HandOver.open(root.resolve("sock"), transport, giving);
                SocketChannel first = ask()) {
            assertThat(giver).isNotNull();
            giving.awaitAsked();
            giving.asked.get(0).completeExceptionally(new IOException("no space left"));

            assertThat(first.read(ByteBuffer.allocate(1))).isEqualTo(-1);
            giving.wentOn.get(20, TimeUnit.SECONDS);
        } finally {
            transport.close();
        }
    }
}
