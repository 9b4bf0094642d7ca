package dev.tinyserv.agent.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bytes without end: upgraded connections, and bodies that are larger than the router's memory. */
class TunnelTest {
    private static final String UPGRADE =
            "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n\r\n";
    private static final long BULK = 64L * 1024 * 1024;

    @TempDir
    Path root;

    @Test
    void anUpgradeBecomesATunnelWithBothEndsClosedOnTheirOwn() throws IOException {
        try (Backend app = Backend.talking((in, out) -> {
                    String head = Backend.readHead(in);
                    assertThat(head).contains("\r\nUpgrade: websocket\r\n", "\r\nConnection: Upgrade\r\n");
                    Backend.write(out, """
                            HTTP/1.1 101 Switching Protocols\r
                            Upgrade: websocket\r
                            Connection: Upgrade\r
                            Sec-WebSocket-Accept: x\r
                            \r
                            first""");
                    Backend.write(out, new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8) + "!");
                });
                RunningRouter router = RunningRouter.in(root).routing(app.endpoint());
                Wire wire = new Wire(router.port)) {
            wire.send(UPGRADE + "early ");
            assertThat(wire.answer().head())
                    .startsWith("HTTP/1.1 101 ")
                    .contains("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Accept: x");
            assertThat(wire.in.readNBytes(5)).asString().isEqualTo("first");
            assertThat(router.client.status().underWay()).isEqualTo(1);
            wire.send("late");
            wire.socket.shutdownOutput();
            assertThat(wire.readAll()).isEqualTo("early late!");
            RunningRouter.await(() -> router.client.status().underWay() == 0);
        }
    }

    @Test
    void aClientThatEndedItsSideBeforeTheSwitchHoldsNoTunnel() throws IOException {
        Semaphore ended = new Semaphore(0);
        try (Backend app = Backend.talking((in, out) -> {
                    Backend.readHead(in);
                    ended.acquireUninterruptibly();
                    Backend.write(out, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n");
                    Backend.write(out, "after " + new String(in.readAllBytes(), StandardCharsets.UTF_8));
                });
                RunningRouter router = RunningRouter.in(root).routing(app.endpoint());
                Wire wire = new Wire(router.port)) {
            wire.send(UPGRADE + "all").socket.shutdownOutput();
            ended.release();
            assertThat(wire.readAll()).startsWith("HTTP/1.1 101 ").endsWith("\r\n\r\nafter all");
            RunningRouter.await(() -> router.client.status().underWay() == 0);
        }
    }

    @Test
    void anUpgradeThatTheAppDeclinesIsAnOrdinaryAnswer() throws IOException {
        try (Backend app = Backend.echo();
                RunningRouter router = RunningRouter.in(root).routing(app.endpoint());
                Wire wire = new Wire(router.port)) {
            assertThat(wire.send(UPGRADE).answer().status()).isEqualTo(200);
            assertThat(wire.send("GET /2 HTTP/1.1\r\nHost: a\r\n\r\n").answer().body())
                    .startsWith("GET /2");
        }
    }

    @Test
    void aTunnelEndsWithTheApp() throws IOException {
        try (Backend app = Backend.talking((in, out) -> {
                    Backend.readHead(in);
                    Backend.write(out, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n");
                    if (in.read() != 'q') {
                        throw new IOException("unexpected");
                    }
                });
                RunningRouter router = RunningRouter.in(root).routing(app.endpoint());
                Wire wire = new Wire(router.port)) {
            wire.send(UPGRADE).answer();
            assertThat(wire.send("q").readAll()).isEmpty();
            wire.socket.close();
            RunningRouter.await(() -> router.client.status().underWay() == 0);
        }
    }

    @Test
    void largeBodiesPassBothWaysInLittleMemory() throws IOException {
        AtomicLong taken = new AtomicLong();
        try (Backend app = Backend.talking((in, out) -> {
                    Backend.readHead(in);
                    taken.set(in.skip(0));
                    byte[] block = new byte[64 * 1024];
                    while (taken.get() < BULK) {
                        int count = in.read(block);
                        taken.addAndGet(count);
                    }
                    Backend.write(out, "HTTP/1.1 200 OK\r\nContent-Length: " + BULK + "\r\n\r\n");
                    bulk(out);
                });
                RunningRouter router = RunningRouter.in(root).routing(app.endpoint());
                Wire wire = new Wire(router.port)) {
            wire.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + BULK + "\r\n\r\n");
            bulk(wire.socket.getOutputStream());
            assertThat(Backend.readHead(wire.in)).startsWith("HTTP/1.1 200");
            wire.in.skipNBytes(BULK);
            assertThat(taken).hasValue(BULK);
            assertThat(router.router.memoryInPools()).isLessThan(8 * 1024 * 1024);
        }
    }

    @Test
    void aSenderIsHeldUpByWhoDoesNotRead() throws IOException {
        AtomicLong sent = new AtomicLong();
        try (Backend app = Backend.talking((in, out) -> {
                    Backend.readHead(in);
                    Backend.write(out, "HTTP/1.1 200 OK\r\nContent-Length: " + BULK + "\r\n\r\n");
                    byte[] block = new byte[64 * 1024];
                    while (sent.get() < BULK) {
                        out.write(block);
                        sent.addAndGet(block.length);
                    }
                });
                RunningRouter router = RunningRouter.in(root).routing(app.endpoint());
                Wire wire = new Wire(router.port)) {
            wire.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            AtomicLong before = new AtomicLong(-1);
            AtomicLong since = new AtomicLong(System.nanoTime());
            RunningRouter.await(() -> {
                if (before.getAndSet(sent.get()) != sent.get()) {
                    since.set(System.nanoTime());
                }
                return sent.get() > 0 && System.nanoTime() - since.get() > 300_000_000L;
            });
            assertThat(sent.get()).isLessThan(BULK / 2);
            assertThat(router.router.memoryInPools()).isLessThan(8 * 1024 * 1024);
            Backend.readHead(wire.in);
            wire.in.skipNBytes(BULK);
        }
    }

    @Test
    void aSlowClientGetsAllOfWhatAnAppSaidBeforeItLeft() throws IOException {
        int length = 12 * 1024 * 1024;
        try (Backend app = Backend.talking((in, out) -> {
                    Backend.readHead(in);
                    Backend.write(out, "HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n");
                    out.write(new byte[length]);
                });
                RunningRouter router = RunningRouter.in(root).routing(app.endpoint());
                Wire wire = new Wire(router.port)) {
            wire.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            Backend.readHead(wire.in);
            for (int read = 0; read < length; read += 64 * 1024) {
                wire.in.skipNBytes(64 * 1024);
                LockSupport.parkNanos(2_000_000); // slower than the app; all comes at any pace
            }
            assertThat(wire.readAll()).isEmpty();
        }
    }

    @Test
    void aTunnelIsHeldUpAsWell() throws IOException {
        try (Backend app = Backend.talking((in, out) -> {
                    Backend.readHead(in);
                    Backend.write(out, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n");
                    in.transferTo(out);
                });
                RunningRouter router = RunningRouter.in(root).routing(app.endpoint());
                Wire wire = new Wire(router.port)) {
            wire.send(UPGRADE).answer();
            CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
                try {
                    bulk(wire.socket.getOutputStream());
                    wire.socket.shutdownOutput();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            wire.in.skipNBytes(BULK);
            sending.join();
            assertThat(wire.readAll()).isEmpty();
            assertThat(router.router.memoryInPools()).isLessThan(8 * 1024 * 1024);
        }
    }

    private static void bulk(OutputStream out) throws IOException {
        byte[] block = new byte[64 * 1024];
        for (long done = 0; done < BULK; done += block.length) {
            out.write(block);
        }
    }
}
