package dev.tinyserv.agent;

import dev.tinyserv.agent.command.AgentStatus;
import dev.tinyserv.buildpacks.Refusal;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Optional;

/**
 * {@code tinyserv-remote restart}: replaces agent and router by the version that this process belongs to. The apps go on,
 * and the new router takes the listening sockets over from the old one.
 */
final class Restart {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Installation installation;
    private final AgentProbe probe;
    private final PrintStream console;

    Restart(Installation installation, PrintStream console) {
        this.installation = installation;
        this.probe = new AgentProbe(installation.layout());
        this.console = console;
    }

    int run() {
        Startup startup = new Startup(installation, console);
        Optional<AgentStatus> before = probe.status();
        if (before.isEmpty()) {
            return startup.run();
        }
        AgentStatus old = before.get();
        if (old.managed()) {
            // systemd starts it again; killed is what its unit calls a failure, and the agent survives that by design
            ProcessHandle.of(old.pid()).ifPresent(ProcessHandle::destroyForcibly);
        } else {
            end(old.pid());
            startup.startAgent();
        }
        if (!AgentProbe.await(
                LIMIT,
                () -> probe.status().filter(now -> now.pid() != old.pid()).isPresent())) {
            throw new Refusal("the agent has not come back; logs/agent.log tells why");
        }
        startup.awaitReady();
        if (old.routerPid() != 0) {
            installation.startKept("router");
            if (!AgentProbe.await(
                    LIMIT,
                    () -> probe.status()
                            .filter(now -> now.routerPid() != 0 && now.routerPid() != old.routerPid())
                            .isPresent())) {
                throw new Refusal("the new router has not taken over, the old one goes on; logs/router.log tells why");
            }
        }
        AgentStatus now = startup.awaitReady();
        console.println("tinyserv " + now.version() + " has replaced " + old.version() + ": agent pid " + now.pid()
                + ", router pid " + now.routerPid() + "; apps untouched");
        return 0;
    }

    private static void end(long pid) {
        Optional<ProcessHandle> agent = ProcessHandle.of(pid);
        agent.ifPresent(ProcessHandle::destroy);
        if (!AgentProbe.await(LIMIT, () -> agent.filter(ProcessHandle::isAlive).isEmpty())) {
            agent.ifPresent(ProcessHandle::destroyForcibly);
        }
    }
}
