package dev.tinyserv.agent.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.agent.AgentSettings;
import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.event.Events;
import dev.tinyserv.agent.route.control.RouterClient;
import dev.tinyserv.agent.route.table.AppRoute;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.fixtures.Eventually;
import dev.tinyserv.fixtures.Ports;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Router processes that are replaced, killed and ended. */
@Tag("slow")
class HandOverTest {
    @TempDir
    Path root;

    private final List<Process> processes = new ArrayList<>();
    private final int port = Ports.one();
    private Backend app;
    private RouterClient client;

    @BeforeEach
    void start() throws IOException {
        app = Backend.named("x");
        AgentSettings settings = AgentSettings.load(Map.of("TINYSERV_ROOT", root.toString()));
        client = new RouterClient(settings.layout(), new Events());
        client.begin(List.of(AppRoute.of(RunningRouter.APP, port, List.of(app.endpoint()), null, "")));
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        app.close();
        for (Process process : processes) {
            process.destroyForcibly().waitFor();
        }
    }

    private Process router() throws IOException {
        return router(Map.of());
    }

    private Process router(Map<String, String> settings) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        File log = root.resolve("router-" + processes.size() + ".log").toFile();
        ProcessBuilder builder = new ProcessBuilder(
                java,
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dtinyserv.log=" + log,
                "-cp",
                System.getProperty("java.class.path"),
                "dev.tinyserv.agent.Main",
                "router");
        builder.environment().put("TINYSERV_ROOT", root.toString());
        builder.environment().put("TINYSERV_BIND", "127.0.0.1");
        builder.environment().put("TINYSERV_DRAIN_TIMEOUT", "3s");
        builder.environment().putAll(settings);
        Process process = builder.inheritIO().start();
        processes.add(process);
        return process;
    }

    private String log(int number) throws IOException {
        return Files.readString(root.resolve("router-" + number + ".log"));
    }

    private void awaitServing(Process router) {
        RunningRouter.await(() -> {
            assertThat(router.isAlive()).isTrue();
            return client.awaitReady(Duration.ofMillis(100)) && answers(router);
        });
    }

    /** Between two routers nobody answers, on a busy machine for longer than a status waits. */
    private boolean answers(Process router) {
        try {
            return client.status().pid() == router.pid();
        } catch (Refusal e) {
            return false;
        }
    }

    @Test
    void aSuccessorTakesOverWithoutARefusedConnection() throws Exception {
        Process first = router();
        awaitServing(first);
        AtomicInteger asked = new AtomicInteger();
        List<String> problems = new java.util.concurrent.CopyOnWriteArrayList<>();
        SwitchTest.Hammer kept = new SwitchTest.Hammer(port, 2);
        Thread newcomer = new Thread(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                try {
                    if (Wire.get(port, "/").status() != 200) {
                        problems.add("not 200");
                    }
                    asked.incrementAndGet();
                } catch (IOException e) {
                    problems.add(e.toString());
                }
            }
        });
        newcomer.start();
        Process second = router();
        awaitServing(second);
        assertThat(first.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(first.exitValue()).isZero();
        Process third = router();
        awaitServing(third);
        int before = asked.get();
        RunningRouter.await(() -> asked.get() > before + 50);
        newcomer.interrupt();
        newcomer.join();
        assertThat(kept.stop()).isEmpty();
        assertThat(problems).isEmpty();
        assertThat(second.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(second.exitValue()).isZero();
        assertThat(log(1)).contains("took 1 ports over", "router ready");
    }

    /** As after an upgrade, or a restart for a changed setting. */
    @Test
    void aSuccessorKeepsTheSocketsAndGoesByItsOwnSettings() throws Exception {
        try (Backend echo = Backend.echo()) {
            Process first = router(Map.of("TINYSERV_BIND", "::", "TINYSERV_TRUSTED_PROXIES", "127.0.0.1"));
            awaitServing(first);
            RunningRouter.set(client, RunningRouter.APP, port, List.of(echo.endpoint()), null, "");
            assertThat(seen("X-Forwarded-Proto: https")).contains("\r\nX-Forwarded-Proto: https\r\n");
            boolean ipv6 = BindTest.answers("::1", port);

            Process second = router(Map.of("TINYSERV_BIND", "0.0.0.0", "TINYSERV_TRUSTED_PROXIES", "none"));
            awaitServing(second);

            assertThat(seen("X-Forwarded-Proto: https")).contains("\r\nX-Forwarded-Proto: http\r\n");
            assertThat(BindTest.answers("::1", port)).isEqualTo(ipv6);
            int other = Ports.one();
            RunningRouter.set(client, new AppName("other"), other, List.of(echo.endpoint()), null, "");
            assertThat(BindTest.answers("127.0.0.1", other)).isTrue();
            assertThat(BindTest.answers("::1", other)).as("a new socket").isFalse();
        }
    }

    private String seen(String field) throws IOException {
        return Wire.ask(port, "GET / HTTP/1.1\r\nHost: a\r\n" + field + "\r\n\r\n")
                .body();
    }

    @Test
    void aRouterThatLeavesGoesByTheRoutesOfItsSuccessor() throws Exception {
        try (Backend next = Backend.named("next")) {
            Process first = router();
            awaitServing(first);
            try (Wire kept = new Wire(port)) {
                assertThat(kept.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                                .answer()
                                .body())
                        .isEqualTo("x");
                Process second = router();
                awaitServing(second);
                RunningRouter.set(client, RunningRouter.APP, port, List.of(next.endpoint()), null, "");
                assertThat(first.isAlive()).isTrue();
                assertThat(kept.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                                .answer()
                                .body())
                        .isEqualTo("next");
            }
            assertThat(first.waitFor(60, TimeUnit.SECONDS)).isTrue();
            RunningRouter.set(client, RunningRouter.APP, port, List.of(), null, "stopped");
            assertThat(root.resolve("run/routes.json")).doesNotExist();
        }
    }

    @Test
    void aKilledRouterIsReplacedWithTheSameRoutes() throws Exception {
        Process first = router();
        awaitServing(first);
        client.close();
        first.destroyForcibly().waitFor();
        router();
        RunningRouter.await(this::serves);
    }

    private boolean serves() {
        try {
            return Wire.get(port, "/").body().equals("x");
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void atSigtermRequestsUnderWayAreFinishedAndTheExitIsClean() throws Exception {
        try (Backend slow = Backend.talking((in, out) -> {
            Backend.readHead(in);
            Backend.write(out, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nsl");
            in.mark(1);
            Eventually.until("the test goes on", () -> Files.exists(root.resolve("go")));
            Backend.write(out, "ow");
        })) {
            Process router = router();
            awaitServing(router);
            RunningRouter.set(client, RunningRouter.APP, port, List.of(slow.endpoint()), null, "");
            try (Wire wire = new Wire(port);
                    Wire idle = new Wire(port)) {
                wire.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
                String head = Backend.readHead(wire.in);
                router.destroy();
                assertThat(idle.readAll()).isEmpty();
                assertThat(router.isAlive()).isTrue();
                Files.createFile(root.resolve("go"));
                assertThat(Backend.readBody(wire.in, head)).asString().isEqualTo("slow");
            }
            assertThat(router.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(router.exitValue()).isZero();
        }
    }

    @Test
    void aRouterThatDoesNotHandOverIsNamed() throws Exception {
        Process first = router();
        awaitServing(first);
        Path socket = root.resolve("run/router-handover.sock");
        Files.delete(socket);
        Files.createFile(socket);
        Process second = router();
        assertThat(second.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(second.exitValue()).isEqualTo(RouterMain.TAKEN);
        assertThat(log(1)).contains("process " + first.pid());
        assertThat(serves()).isTrue();
    }

    @Test
    void aSuccessorThatDiesHalfwayChangesNothing() throws Exception {
        Process first = router();
        awaitServing(first);
        var handOver = java.net.UnixDomainSocketAddress.of(root.resolve("run/router-handover.sock"));
        try (var channel = java.nio.channels.SocketChannel.open(handOver)) {
            channel.write(java.nio.ByteBuffer.wrap(new byte[] {'L'}));
            assertThat(channel.read(java.nio.ByteBuffer.allocate(10))).isPositive();
        }
        RunningRouter.set(client, RunningRouter.APP, port, List.of(), null, "changed");
        assertThat(Wire.get(port, "/").body()).isEqualTo("changed\n");
        assertThat(first.isAlive()).isTrue();
    }

    @Test
    void deletedSocketsAndLocksAreMadeAgain() throws Exception {
        Process first = router();
        awaitServing(first);
        List<Path> files = Stream.of("router.sock", "router-handover.sock", "router.lock")
                .map(name -> root.resolve("run").resolve(name))
                .toList();
        for (Path file : files) {
            Files.delete(file);
        }
        Eventually.until(
                "they are made again",
                Duration.ofSeconds(10),
                () -> files.stream().allMatch(Files::exists));
        Process second = router();
        awaitServing(second);
        assertThat(first.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(log(0)).contains("router.lock was missing and is made again");
        assertThat(log(1)).contains("took 1 ports over");
    }

    @Test
    void aRouterWithoutItsLockHandsOver() throws Exception {
        Process first = router();
        awaitServing(first);
        Files.delete(root.resolve("run/router.lock"));
        router();
        assertThat(first.waitFor(20, TimeUnit.SECONDS)).isTrue();
        RunningRouter.await(this::serves);
        assertThat(log(1)).contains("took 1 ports over");
    }

    @Test
    void aTableThatCannotBeWrittenLeavesTheControlSocketAsItIs() throws Exception {
        Process first = router();
        awaitServing(first);
        Path inTheWay = root.resolve("run/routes.json/in-the-way");
        Files.createDirectories(inTheWay);
        var handOver = java.net.UnixDomainSocketAddress.of(root.resolve("run/router-handover.sock"));
        for (int attempt = 0; attempt < 3; attempt++) {
            try (var channel = java.nio.channels.SocketChannel.open(handOver)) {
                channel.write(java.nio.ByteBuffer.wrap(new byte[] {'L'}));
                assertThat(channel.read(java.nio.ByteBuffer.allocate(10))).isEqualTo(-1);
            }
        }
        Files.delete(inTheWay);
        Files.delete(inTheWay.getParent());
        RunningRouter.set(client, RunningRouter.APP, port, List.of(), null, "changed");
        assertThat(Wire.get(port, "/").body()).isEqualTo("changed\n");
        String socket = root.resolve("run/router.sock").toString();
        assertThat(Files.readAllLines(Path.of("/proc/net/unix")))
                .filteredOn(line -> line.endsWith(" " + socket) && line.contains(" 00010000 "))
                .as("listening sockets")
                .hasSize(1);
    }

    @Test
    void withoutAFreeDescriptorTheRouterWaitsForOne() throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/prlimit")), "there is no prlimit");
        Process router = router();
        awaitServing(router);
        client.close();
        Path socket = root.resolve("run/router.sock");
        limitFiles(router, "1:");
        try (var channel = java.nio.channels.SocketChannel.open(java.net.UnixDomainSocketAddress.of(socket))) {
            RunningRouter.await(() -> attempts() >= 2);
            assertThat(channel.isConnected()).isTrue();
            assertThat(attempts()).isLessThan(10);
            limitFiles(router, "1000:");
            channel.write(java.nio.ByteBuffer.wrap("{\"schema\":1,\"kind\":\"status\",\"id\":1}\n"
                    .getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
            assertThat(channel.read(java.nio.ByteBuffer.allocate(100))).isPositive();
        }
    }

    private long attempts() {
        try {
            return log(0).lines()
                    .filter(line -> line.contains("cannot take a control connection"))
                    .count();
        } catch (IOException e) {
            return 0;
        }
    }

    private static void limitFiles(Process process, String limit) throws Exception {
        String prlimit = "prlimit --pid " + process.pid() + " --nofile=" + limit;
        assertThat(new ProcessBuilder("sh", "-c", prlimit).inheritIO().start().waitFor())
                .isZero();
    }
}
