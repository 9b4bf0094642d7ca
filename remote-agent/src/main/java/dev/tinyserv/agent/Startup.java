package dev.tinyserv.agent;

import dev.tinyserv.agent.command.AgentStatus;
import dev.tinyserv.agent.command.PortProblems;
import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.agent.local.LocalClient;
import dev.tinyserv.agent.machine.LockHolder;
import dev.tinyserv.buildpacks.base.Pauses;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.process.ProcessIdentity;
import dev.tinyserv.buildpacks.process.Transcript;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/**
 * {@code tinyserv-remote startup}: starts agent and router, and returns when both answer and every app that should be
 * up is up or has failed once.
 */
final class Startup {
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(60);
    private static final Duration ROUTER_LIMIT = Duration.ofSeconds(30);
    private static final Duration APPS_LIMIT = Duration.ofMinutes(15);

    private final Installation installation;
    private final AgentProbe probe;
    private final PrintStream console;

    Startup(Installation installation, PrintStream console) {
        this.installation = installation;
        this.probe = new AgentProbe(installation.layout());
        this.console = console;
    }

    int run() {
        installation.createFolders();
        Optional<AgentStatus> before = probe.await(ANSWER_LIMIT, console);
        if (before.isEmpty()) {
            refuseStrays();
            startAgent();
        }
        AgentStatus status = awaitRouter(awaitReady());
        console.println("tinyserv " + status.version() + (before.isPresent() ? " was up already" : " is up") + ": pid "
                + status.pid() + ", ssh port " + status.sshPort() + ", " + status.apps()
                + (status.apps() == 1 ? " app" : " apps"));
        tellPortProblems();
        return 0;
    }

    /** Tells of ports that strangers hold: an app behind such a port is up but cannot be reached. */
    private void tellPortProblems() {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        Optional<Integer> unused = new LocalClient(installation.layout())
                .call(
                        List.of(PortProblems.NAME),
                        Map.of(),
                        InputStream.nullInputStream(),
                        answer,
                        OutputStream.nullOutputStream());
        answer.toString(StandardCharsets.UTF_8).lines().forEach(line -> console.println(Transcript.PROBLEM + line));
    }

    /** Where the lock file is there, what runs is an agent that is just starting, or a router that goes on. */
    private void refuseStrays() {
        Layout layout = installation.layout();
        if (!Files.exists(layout.agentLock())) {
            new Strays(layout).refuse();
        }
    }

    /**
     * Starts an agent and returns when it answers. The keeper starts a failed agent again and again, so a start has
     * failed as soon as an agent tells a problem.
     *
     * @throws Refusal if the agent fails, or does not answer within 60 s
     */
    void startAgent() {
        boolean routerRan = LockHolder.of(installation.layout().routerLock()).isPresent();
        Optional<ProcessIdentity> keeper = installation.startKept("agent");
        AtomicBoolean taken = new AtomicBoolean();
        BooleanSupplier hasLeft = () -> hasLeft(keeper, taken);
        Optional<Boolean> answers = Pauses.firstAnswer(ANSWER_LIMIT, () -> {
            if (probe.status().isPresent()) {
                return Optional.of(true);
            }
            return hasLeft.getAsBoolean() || probe.lastRefusal().isPresent() ? Optional.of(false) : Optional.empty();
        });
        if (answers.orElse(false) || probe.status().isPresent()) {
            return;
        }
        boolean left = hasLeft.getAsBoolean();
        String rest = endWhatWasStarted(keeper, routerRan);
        throw new Refusal(probe.lastRefusal()
                        .map(why -> "the agent did not start: " + why)
                        .orElseGet(() -> "the agent "
                                + (left ? "did not start" : "does not answer after " + ANSWER_LIMIT.toSeconds() + " s")
                                + lastWords())
                + rest);
    }

    /** Ends what a start that failed has left; returns what is to be told about that, mostly nothing. */
    private String endWhatWasStarted(Optional<ProcessIdentity> keeper, boolean routerRan) {
        Strays strays = new Strays(installation.layout());
        try {
            if (keeper.filter(ProcessIdentity::isAlive).isPresent()) { // so the agent is ours, even one that hangs
                keeper.get().terminate();
                strays.end("agent");
            }
            if (!routerRan) { // the failed agent started this router, and nobody watches it now
                strays.end("router");
            }
            return "";
        } catch (Refusal e) {
            return "\n" + e.getMessage();
        }
    }

    /**
     * Whether no agent will come up any more. A keeper that ended because another agent has the root has not failed:
     * another startup was faster, and its keeper brings an agent up even if the first one died.
     *
     * @param taken is set once another agent has been seen to have the root
     */
    private boolean hasLeft(Optional<ProcessIdentity> keeper, AtomicBoolean taken) {
        if (keeper.filter(ProcessIdentity::isAlive).isPresent()) {
            return false;
        }
        if (probe.holder().isPresent()) {
            taken.set(true);
        }
        return !taken.get();
    }

    /**
     * Waits until every app has been started, or has failed once.
     *
     * @throws Refusal if that takes more than 15 min
     */
    AgentStatus awaitReady() {
        Optional<AgentStatus> soon = Pauses.firstAnswer(Duration.ofSeconds(1), this::ready);
        if (soon.isPresent()) {
            return soon.get();
        }
        console.println("Starting the apps...");
        return Pauses.firstAnswer(APPS_LIMIT, this::ready)
                .orElseThrow(() -> new Refusal("not every app has started after " + APPS_LIMIT.toMinutes()
                        + " min; `tinyserv-remote apps` shows which" + lastWords()));
    }

    private Optional<AgentStatus> ready() {
        return probe.status().filter(AgentStatus::ready);
    }

    /**
     * Waits for the router if the agent could not reach it when it gave this status. The agent restarts a router that
     * has gone, and until then no app answers.
     *
     * @throws Refusal if the router does not answer within 30 s
     */
    AgentStatus awaitRouter(AgentStatus last) {
        if (last.routerPid() != 0) {
            return last;
        }
        return Pauses.firstAnswer(ROUTER_LIMIT, () -> probe.status().filter(status -> status.routerPid() != 0))
                .orElseThrow(() -> new Refusal("the router does not answer after " + ROUTER_LIMIT.toSeconds()
                        + " s, so no app does; logs/router.log tells why"));
    }

    private String lastWords() {
        StringBuilder words = new StringBuilder();
        for (String name : List.of("agent.out", "agent.log")) {
            Path file = installation.layout().logs().resolve(name);
            if (!Files.exists(file)) {
                continue;
            }
            try {
                List<String> lines = new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
                        .lines()
                        .toList();
                lines.subList(Math.max(0, lines.size() - 5), lines.size())
                        .forEach(line -> words.append('\n').append(line));
            } catch (IOException e) {
                words.append("\n(").append(file).append(" cannot be read)");
            }
        }
        return words.length() == 0 ? "" : "; its last words:" + words;
    }
}
