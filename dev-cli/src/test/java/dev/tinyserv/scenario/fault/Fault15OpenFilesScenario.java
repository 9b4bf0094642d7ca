package dev.tinyserv.scenario.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Eventually;
import dev.tinyserv.fixtures.Http;
import dev.tinyserv.fixtures.Load;
import dev.tinyserv.fixtures.fault.Campaign;
import dev.tinyserv.fixtures.fault.FaultRun;
import dev.tinyserv.fixtures.fault.IdleConnections;
import dev.tinyserv.fixtures.fault.ProcessMeter;
import dev.tinyserv.fixtures.fault.Requirements;
import dev.tinyserv.scenario.Stage;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/** More connections than the server may have open files. */
@ResourceLock(providers = AloneInACampaign.class)
class Fault15OpenFilesScenario {
    private static final int OPEN_FILES = 256;
    private static final int CONNECTIONS = 1000;
    private static final Duration HELD = Duration.ofSeconds(3);
    private static final Duration RECOVERY = Campaign.time(Duration.ofMinutes(1), Duration.ofSeconds(2));

    @AutoClose
    private static final Stage STAGE = Stage.start(Map.of(
            "TINYSERV_MAX_UNAUTHENTICATED", "1000", "TINYSERV_IDLE_TIMEOUT", "60s", "TINYSERV_LOGIN_TIMEOUT", "60s"));

    private static void limit(long pid) {
        STAGE.server()
                .shell()
                .run("prlimit", "--pid", Long.toString(pid), "--nofile=" + OPEN_FILES + ":" + OPEN_FILES)
                .mustSucceed();
    }

    @Test
    void theRouterDoesNotSpinAndRecovers() {
        assumeThat(Requirements.unmet("prlimit")).isEmpty();
        App app = STAGE.probe();
        int port = app.port();
        limit(STAGE.server().routerPid());
        ProcessMeter router = new ProcessMeter(STAGE.server().routerPid());
        FaultRun run = FaultRun.of(15, "router without file descriptors");
        for (int i = 0; i < Campaign.count(1, 10); i++) {
            try (IdleConnections connections = IdleConnections.open(port, CONNECTIONS)) {
                assertThat(connections.count()).isEqualTo(CONNECTIONS);
                awaitRest(router);
                assertThat(router.openFiles()).isGreaterThan(OPEN_FILES - 20);
                run.injected();
            }
            Eventually.until(
                    "pages are served again",
                    RECOVERY,
                    () -> Http.get(port, "/").status() == 200);
        }
        assertThat(STAGE.server().routerPid()).isEqualTo(router.pid());
        run.finish(Campaign.count(1, 10), 0);
    }

    @Test
    void theAgentDoesNotSpinAndRecovers() {
        assumeThat(Requirements.unmet("prlimit")).isEmpty();
        App app = STAGE.probe();
        limit(STAGE.server().agentPid());
        ProcessMeter agent = new ProcessMeter(STAGE.server().agentPid());
        FaultRun run = FaultRun.of(15, "agent without file descriptors");
        for (int i = 0; i < Campaign.count(1, 10); i++) {
            try (Load load = Load.on(app.port(), 50);
                    IdleConnections connections =
                            IdleConnections.open(STAGE.sandbox().ports().ssh(), CONNECTIONS)) {
                assertThat(connections.count()).isEqualTo(CONNECTIONS);
                awaitRest(agent);
                assertThat(agent.openFiles()).isGreaterThan(OPEN_FILES - 20);
                run.kept(load.stop().mustBeFlawless(50));
                run.injected();
            }
            Eventually.until(
                    "verbs are answered again",
                    RECOVERY,
                    () -> STAGE.developer().ssh("apps").succeeded());
        }
        app.commit("Again").push().mustSucceed();
        assertThat(STAGE.server().agentPid()).isEqualTo(agent.pid());
        run.finish(Campaign.count(1, 10), 50);
    }

    /** What had to be done for so many does not count: a process that spins never rests. */
    private static void awaitRest(ProcessMeter process) {
        Eventually.until("it does not spin", () -> {
            Duration before = process.cpu();
            LockSupport.parkNanos(HELD.toNanos());
            return process.cpu().minus(before).compareTo(HELD.dividedBy(4)) < 0;
        });
    }
}
