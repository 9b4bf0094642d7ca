package dev.tinyserv.agent;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.AppState;
import dev.tinyserv.agent.command.AgentStatus;
import dev.tinyserv.agent.command.Commands;
import dev.tinyserv.agent.doctor.Doctor;
import dev.tinyserv.agent.doctor.Patient;
import dev.tinyserv.agent.event.Events;
import dev.tinyserv.agent.event.LogContext;
import dev.tinyserv.agent.keys.AuthorizedKeys;
import dev.tinyserv.agent.local.LocalDoor;
import dev.tinyserv.agent.log.Logs;
import dev.tinyserv.agent.machine.Kernel;
import dev.tinyserv.agent.machine.PidLock;
import dev.tinyserv.agent.route.control.RouterStatus;
import dev.tinyserv.agent.ssh.SshServer;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.process.Daemon;
import java.net.BindException;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The control plane: wires the stages together, opens the doors, and leaves at SIGTERM without touching the apps. */
final class Agent {
    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);
    private static final int RESTORED_AT_ONCE = 4;

    private final AgentSettings settings;
    private final boolean managed;
    private final Instant startedAt = Instant.now();
    private final CountDownLatch restored = new CountDownLatch(1);
    private final Stages stages;
    private final LiveAgent live;
    private final Doctor doctor;
    private final CallsUnderWay calls;
    private final SshServer ssh;
    private final RouterWatch routerWatch;

    private Agent(AgentSettings settings, boolean managed) {
        this.settings = settings;
        this.managed = managed;
        this.stages = new Stages(settings, Clock.systemUTC());
        this.live = new LiveAgent(stages, new RouterQuestion(stages.router()), managed);
        AuthorizedKeys keys = new AuthorizedKeys(settings.layout().authorizedKeys(), stages.events());
        this.doctor = doctor(keys);
        this.calls = new CallsUnderWay(new Commands(
                settings.view(System.getenv()),
                keys,
                Optional.of(stages.services(this::status, doctor, this::endApps))));
        this.ssh = new SshServer(settings.ssh(), keys, calls);
        this.routerWatch = new RouterWatch(Installation.current(settings.layout()), stages.router());
    }

    /**
     * Runs the agent until SIGTERM.
     *
     * @param managed whether systemd restarts it, rather than our keeper
     * @return the exit status
     * @throws LockHeld if another agent has the root
     * @throws Refusal if this agent cannot start for another reason
     */
    static int run(AgentSettings settings, boolean managed) {
        Installation installation = Installation.current(settings.layout());
        installation.createFolders();
        PidLock lock;
        try {
            lock = RootLock.take(settings.layout());
        } catch (LockHeld e) {
            LOG.error("{}", e.getMessage());
            throw e;
        }
        try (lock) {
            // first: the router takes as long to start as this agent, and needs nothing but the settings
            RouterWatch.startRouter(installation);
            installation.emptyJavaTemporary();
            Agent agent = new Agent(settings, managed);
            agent.serve(lock);
            return 0;
        }
    }

    /**
     * Ends every app of a root whose agent is dead.
     *
     * @throws LockHeld if an agent has the root after all
     */
    static void endAppsWithoutAgent(AgentSettings settings) {
        PidLock lock = RootLock.take(settings.layout());
        try (lock) {
            Events events = new Events();
            try (Logs logs = new Logs(settings.log(), Clock.systemUTC())) {
                var supervisor = Stages.supervisor(settings.deploy(), logs, events, Clock.systemUTC());
                supervisor.recover();
                supervisor.endAll("tinyserv was shut down");
                supervisor.close();
            }
        }
    }

    private void serve(PidLock lock) {
        CountDownLatch leaving = new CountDownLatch(1);
        CountDownLatch left = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            leaving.countDown();
                            awaitQuietly(left);
                        },
                        "leaving"));
        try {
            serveUntil(leaving, lock);
        } finally {
            left.countDown();
        }
    }

    private void serveUntil(CountDownLatch leaving, PidLock lock) {
        routerWatch.start();
        stages.recover();
        startSsh(); // before the local door, whose first answer tells a startup that SSH listens, too
        LocalDoor door = LocalDoor.open(settings.layout(), calls, lock::isInPlace);
        LOG.info(
                "tinyserv {} serves {} on ssh port {}",
                Installation.version(),
                settings.layout().root(),
                ssh.port());
        Daemon.start("restoring", this::restoreApps);
        awaitQuietly(leaving);
        LOG.info("leaving; apps and router go on");
        door.close();
        ssh.stop();
        calls.awaitEnd();
        routerWatch.close();
        stages.close();
    }

    private void startSsh() {
        try {
            ssh.start();
        } catch (Refusal e) {
            int port = settings.server().sshPort();
            Optional<AppState> app = stages.apps().all().stream()
                    .filter(each -> each.port() == port)
                    .findFirst();
            if (app.isEmpty() || !(e.getCause() instanceof BindException)) {
                throw e;
            }
            throw new Refusal(
                    "TINYSERV_SSH_PORT=" + port + " is the port of the app "
                            + app.get().app() + ", which the router listens on; set TINYSERV_SSH_PORT to another port",
                    e);
        }
    }

    private void endApps() {
        ssh.stop();
        routerWatch.close();
        stages.supervisor().endAll("tinyserv was shut down");
    }

    private void restoreApps() {
        ExecutorService workers = Executors.newFixedThreadPool(RESTORED_AT_ONCE, Daemon.named("restore"));
        for (AppState app : stages.apps().all()) {
            workers.execute(LogContext.about(app.app(), () -> restore(app.app())));
        }
        workers.shutdown();
        try {
            workers.awaitTermination(1, TimeUnit.DAYS);
            routerWatch.awaitRouter();
            restored.countDown();
            stages.sweepUnusedLater();
            ClassArchive.missing(Installation.current(settings.layout())).ifPresent(ClassArchive::buildLater);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void restore(AppName app) {
        try {
            stages.restoration().restore(app);
        } catch (RuntimeException e) {
            LOG.error("{} could not be restored", app, e);
        }
    }

    private Doctor doctor(AuthorizedKeys keys) {
        return new Doctor(new Patient(
                settings.view(System.getenv()),
                System.getenv(),
                Installation.current(settings.layout()).home(),
                keys,
                Kernel.ofThisMachine(),
                Clock.systemUTC(),
                Optional.of(live),
                true));
    }

    private AgentStatus status() {
        return new AgentStatus(
                ProcessHandle.current().pid(),
                Installation.version(),
                routerPid(),
                settings.server().sshPort(),
                stages.apps().names().size(),
                startedAt,
                restored.getCount() == 0,
                managed);
    }

    private long routerPid() {
        return live.router().map(RouterStatus::pid).orElse(0L);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
