package dev.tinyserv.scenario.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.fixtures.ManyApps;
import dev.tinyserv.fixtures.Result;
import dev.tinyserv.fixtures.Sandbox;
import dev.tinyserv.fixtures.Server;
import dev.tinyserv.fixtures.fault.Campaign;
import dev.tinyserv.fixtures.fault.FaultRun;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Very many apps on one server, and files of two of them that cannot be read. */
@ResourceLock(providers = AloneInACampaign.class)
class Fault07ManyAppsScenario {
    private static final int APPS = Campaign.count(200, 5_000);
    private static final int TORN_STATE = 7;
    private static final int TORN_RELEASE = 8;

    /** A machine that does other things as well is slow at times, so the best of some tries counts. */
    private static final int TRIES = 5;

    /** For the full count. On a machine where a server without apps takes longer than half of it, it is twice that. */
    private static final Duration STARTUP_ALONE = Duration.ofSeconds(3);

    private static final Duration LIST = Duration.ofMillis(200);

    @AutoClose
    private final Server server = ManyApps.server(Sandbox.create(), APPS);

    @Test
    void theyStartAndAreListedSoonAndOnlyWhatIsDamagedIsMissing() throws IOException {
        FaultRun run = FaultRun.of(7, APPS + " apps, two with a file that cannot be read");
        Path state = server.root().resolve("apps/" + ManyApps.name(TORN_STATE) + ".json");
        Path release = server.root().resolve("releases/" + ManyApps.name(TORN_RELEASE) + ".json");
        Files.writeString(state, "{ torn");
        Files.writeString(release, "[]");
        run.injected(2);

        server.startup();

        assertThat(state.resolveSibling(state.getFileName() + ".damaged")).hasContent("{ torn");
        String log = Files.readString(server.root().resolve("logs/agent.log"));
        assertThat(log).contains(state.toString(), release.toString());
        String list = ssh("apps").mustSucceed().out();
        assertThat(list.lines())
                .hasSize(APPS)
                .anyMatch(line -> line.matches(ManyApps.name(TORN_STATE) + " +new .*"))
                .anyMatch(line -> line.matches(ManyApps.name(TORN_RELEASE) + " +new .*"));
        assertThat(list.lines().filter(line -> line.matches("\\w+ +new .*"))).hasSize(APPS);
        for (int app : List.of(1, TORN_STATE, APPS / 2, APPS - 1)) {
            assertThat(answer(ManyApps.port(app))).startsWith("HTTP/1.1 503").contains(ManyApps.name(app));
        }

        if (Campaign.isOn()) {
            judgeTimes(run);
        }
        run.finish(2, 0);
    }

    private void judgeTimes(FaultRun run) {
        Duration apps = fastest(() -> ssh("apps"), () -> ssh("settings"));
        run.note("`apps` " + apps.toMillis() + " ms");
        Duration ps = fastest(() -> ssh("ps", "-a", ManyApps.name(APPS / 2)), () -> ssh("settings"));
        run.note("`ps` " + ps.toMillis() + " ms");
        Duration bar = barOfThisMachine();
        Duration startup = fastestStart(server, bar);
        run.note("`startup` " + startup.toMillis() + " ms, bar " + bar.toMillis() + " ms");
        assertThat(apps).isLessThan(LIST);
        assertThat(ps).isLessThan(LIST);
        assertThat(startup).isLessThan(bar);
    }

    private Result ssh(String... command) {
        Sandbox sandbox = server.sandbox();
        List<String> line =
                new ArrayList<>(List.of("ssh", "-F", sandbox.sshConfig().toString()));
        line.addAll(List.of("-p", Integer.toString(sandbox.ports().ssh()), "tester@" + ManyApps.ADDRESS));
        line.addAll(List.of(command));
        return sandbox.shell().run(line).mustSucceed();
    }

    /** What an app answers, as it came. */
    private static String answer(int port) throws IOException {
        try (Socket socket = new Socket(ManyApps.ADDRESS, port)) {
            socket.getOutputStream()
                    .write("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** How much longer one takes than the other, at its best. */
    private static Duration fastest(Runnable one, Runnable other) {
        Duration best = timed(one).minus(timed(other));
        for (int i = 1; i < TRIES && best.compareTo(LIST) >= 0; i++) {
            Duration next = timed(one).minus(timed(other));
            best = next.compareTo(best) < 0 ? next : best;
        }
        return best;
    }

    private static Duration barOfThisMachine() {
        try (Server empty = ManyApps.server(Sandbox.create(), 0)) {
            Duration twice = fastestStart(empty, Duration.ZERO).multipliedBy(2);
            return twice.compareTo(STARTUP_ALONE) > 0 ? twice : STARTUP_ALONE;
        }
    }

    /** The fastest of some; no more are tried once one is fast enough. */
    private static Duration fastestStart(Server server, Duration enough) {
        Duration best = Duration.ofDays(1);
        for (int i = 0; i < TRIES && best.compareTo(enough) >= 0; i++) {
            server.shutdown();
            Duration next = timed(() -> server.remote("startup").mustSucceed());
            best = next.compareTo(best) < 0 ? next : best;
        }
        return best;
    }

    private static Duration timed(Runnable action) {
        long begin = System.nanoTime();
        action.run();
        return Duration.ofNanos(System.nanoTime() - begin);
    }
}
