package dev.tinyserv.agent;

import dev.tinyserv.agent.command.AgentStatus;
import dev.tinyserv.agent.command.EndApps;
import dev.tinyserv.agent.local.AgentSilent;
import dev.tinyserv.agent.local.LocalClient;
import dev.tinyserv.agent.machine.LockHolder;
import dev.tinyserv.buildpacks.base.Pauses;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.process.ProcessEnd;
import dev.tinyserv.buildpacks.process.ProcessIdentity;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code tinyserv-remote shutdown}: ends apps, router and agent before it returns, also where the agent is dead. The
 * desired state of the apps stays, so the next startup brings back what was up.
 */
record Shutdown(AgentSettings settings, PrintStream console) {
    private static final Duration LIMIT = Duration.ofSeconds(40);

    int run() {
        Strays strays = new Strays(settings.layout());
        if (Files.notExists(settings.layout().run())) { // not: in a folder that this user may not enter
            console.println(
                    strays.end() ? "tinyserv is down; run/ had been deleted while it ran" : "tinyserv was not up");
            return 0;
        }
        Optional<AgentStatus> status = endWithoutAgent(strays);
        if (status.isPresent()) {
            // identified while it runs: once it has ended, its pid may become another process's
            Optional<ProcessIdentity> agent = ProcessIdentity.of(status.get().pid());
            new LocalClient(settings.layout())
                    .call(
                            List.of(EndApps.NAME),
                            Map.of(),
                            InputStream.nullInputStream(),
                            OutputStream.nullOutputStream(),
                            console);
            end(agent, "agent");
        }
        end(LockHolder.of(settings.layout().routerLock()), "router");
        strays.end();
        console.println("tinyserv is down");
        return 0;
    }

    /** Ends the apps if no agent answers; else returns the agent's status, also that of one that was just starting. */
    private Optional<AgentStatus> endWithoutAgent(Strays strays) {
        AgentProbe probe = new AgentProbe(settings.layout());
        try {
            Optional<AgentStatus> status = probe.await(LIMIT, console);
            if (status.isPresent()) {
                return status;
            }
        } catch (AgentSilent e) {
            console.println("the agent does not answer; ending it, then the apps");
            strays.end("agent");
        }
        try {
            Agent.endAppsWithoutAgent(settings);
            return Optional.empty();
        } catch (LockHeld starting) {
            if (Pauses.until(LIMIT, () -> probe.status().isPresent())) {
                return probe.status();
            }
            throw starting;
        }
    }

    private static void end(Optional<ProcessIdentity> process, String what) {
        ProcessEnd.end(process.stream().toList(), LIMIT, LIMIT).left().forEach(left -> {
            throw new Refusal("the " + what + " (pid " + left.pid() + ") does not end; look at it with ps");
        });
    }
}
