package dev.tinyserv.agent;

import dev.tinyserv.agent.command.AgentStatus;
import dev.tinyserv.agent.local.AgentSilent;
import dev.tinyserv.agent.machine.LockHolder;
import dev.tinyserv.buildpacks.base.Pauses;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.process.ProcessEnd;
import dev.tinyserv.buildpacks.process.ProcessIdentity;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * {@code tinyserv-remote restart}: replaces agent and router by the version that this process belongs to. The apps go
 * on, and the new router takes the listening sockets over from the old one.
 */
final class Restart {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** Also on a busy machine a router that runs answers sooner; to end one that does costs requests. */
    private static final Duration ROUTER_LIMIT = Duration.ofSeconds(20);

    private final Installation installation;
    private final AgentProbe probe;
    private final PrintStream console;
    private final Startup startup;
    private final Strays strays;

    Restart(Installation installation, PrintStream console) {
        this.installation = installation;
        this.probe = new AgentProbe(installation.layout());
        this.console = console;
        this.startup = new Startup(installation, console);
        this.strays = new Strays(installation.layout());
    }

    int run() {
        Optional<AgentStatus> before;
        try {
            before = probe.await(LIMIT, console);
        } catch (AgentSilent e) {
            return replaceSilent(e);
        }
        if (before.isEmpty()) {
            return startup.run();
        }
        installation.createFolders(); // some may have been deleted
        installation.requireWritable();
        AgentStatus old = before.get();
        // identified while it runs: once it has ended, its pid may become another process's
        Optional<ProcessIdentity> agent = ProcessIdentity.of(old.pid());
        if (old.routerPid() == 0) {
            endSilentRouter();
        }
        long router = LockHolder.of(installation.layout().routerLock())
                .map(ProcessIdentity::pid)
                .orElse(0L);
        if (old.managed()) {
            killManaged(agent);
        } else {
            Strays.requireNone(
                    ProcessEnd.end(agent.stream().toList(), LIMIT, LIMIT).left());
            startup.startAgent();
        }
        return finish(old.version(), old.pid(), router);
    }

    private int replaceSilent(AgentSilent why) {
        ProcessIdentity old = probe.holder().orElseThrow(() -> why);
        installation.createFolders(); // some may have been deleted
        installation.requireWritable();
        long router = LockHolder.of(installation.layout().routerLock())
                .map(ProcessIdentity::pid)
                .orElse(0L);
        console.println("the agent (pid " + old.pid() + ") does not answer; ending it");
        if (Strays.isManaged(old)) {
            killManaged(Optional.of(old));
        } else {
            strays.end("agent");
            startup.startAgent();
        }
        return finish("one that did not answer", old.pid(), router);
    }

    /** Kills the agent, so that systemd starts it again: an end by SIGTERM is no failure for the unit. */
    private static void killManaged(Optional<ProcessIdentity> agent) {
        agent.ifPresent(ProcessIdentity::kill);
    }

    private int finish(String oldVersion, long oldAgent, long oldRouter) {
        if (!Pauses.until(
                LIMIT, () -> probe.status().filter(now -> now.pid() != oldAgent).isPresent())) {
            throw new Refusal("the agent has not come back; logs/agent.log tells why");
        }
        AgentStatus now = startup.awaitReady();
        if (oldRouter != 0) {
            replaceRouter(oldRouter);
            now = startup.awaitReady();
        }
        endRoutersWithoutLock(now.routerPid());
        now = startup.awaitRouter(now);
        console.println("tinyserv " + now.version() + " has replaced " + oldVersion + ": agent pid " + now.pid()
                + ", router pid " + now.routerPid() + "; apps untouched");
        return 0;
    }

    private void replaceRouter(long old) {
        Path socket = installation.layout().routerHandOverSocket();
        if (!Pauses.until(ROUTER_LIMIT, () -> Files.exists(socket))) {
            console.println(
                    "the router (pid " + old + ") hands nothing over, because " + socket + " is gone; ending it");
            strays.end("router");
        }
        installation.startKept("router");
        if (!Pauses.until(LIMIT, () -> routerPid() != 0 && routerPid() != old)) {
            throw new Refusal("the new router has not taken over, the old one goes on; logs/router.log tells why");
        }
    }

    /** Ends a router that does not answer, because it would hand nothing over either; the new agent starts another. */
    private void endSilentRouter() {
        if (!Pauses.until(ROUTER_LIMIT, () -> routerPid() != 0)
                && LockHolder.of(installation.layout().routerLock()).isPresent()) {
            console.println("the router does not answer; ending it");
            strays.end("router");
        }
    }

    /** Ends routers that lost their lock; the router that has the lock tries each second to listen on their ports. */
    private void endRoutersWithoutLock(long current) {
        strays.endRoutersWithoutLock(
                current, router -> console.println("the router pid " + router.pid() + " has lost its lock; ending it"));
    }

    private long routerPid() {
        return probe.status().map(AgentStatus::routerPid).orElse(0L);
    }
}
