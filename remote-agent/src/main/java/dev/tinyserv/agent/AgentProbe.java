package dev.tinyserv.agent;

import dev.tinyserv.agent.command.AgentStatus;
import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.agent.local.AgentSilent;
import dev.tinyserv.agent.local.LocalClient;
import dev.tinyserv.agent.local.NotOwner;
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
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Asks the agent of a root for its status, from another process. */
record AgentProbe(Layout layout) {
    /** How long an agent may take to answer. */
    private static final Duration LIMIT = Duration.ofSeconds(5);

    /**
     * The agent's status; empty if no agent answers.
     *
     * @throws NotOwner if this user may not open the agent's socket
     */
    Optional<AgentStatus> status() {
        try {
            return ask();
        } catch (AgentSilent e) {
            return Optional.empty();
        }
    }

    /**
     * The agent's status; empty if there is no agent. An agent that takes no calls yet is waited for.
     *
     * @param patience how long an agent may need until it takes calls
     * @param console is told why this waits
     * @throws AgentSilent if there is an agent and it does not answer
     * @throws NotOwner if this user may not open the agent's socket
     */
    Optional<AgentStatus> await(Duration patience, PrintStream console) {
        Optional<AgentStatus> status = ask();
        if (status.isPresent() || holder().isEmpty()) {
            return status;
        }
        complaint().ifPresent(why -> console.println("Waiting: " + why));
        boolean decided = Pauses.until(patience, () -> ask().isPresent() || holder().isEmpty());
        if (!decided) {
            throw silent();
        }
        return ask();
    }

    /** Why the agent cannot be asked; empty if it answers, or if there is neither an agent nor a keeper of one. */
    Optional<String> complaint() {
        try {
            if (ask().isPresent()) {
                return Optional.empty();
            }
        } catch (AgentSilent e) {
            return Optional.of(e.getMessage());
        }
        Optional<ProcessIdentity> agent = holder();
        if (agent.isEmpty() && !new Strays(layout).haveAgent()) {
            return Optional.empty();
        }
        return lastRefusal()
                .map(why -> "the agent takes no calls: its last start failed, and its keeper tries again: " + why)
                .or(() -> agent.map(
                        one -> "the agent (pid " + one.pid() + ") takes no calls: it is just starting or ending, or "
                                + layout.agentSocket() + " was deleted, which it makes again within seconds"));
    }

    /** The newest problem that an agent has told since the last startup; empty if there is none. */
    Optional<String> lastRefusal() {
        try {
            // Decoded so, bytes that are no text hide nothing. The keeper bounds the file.
            String said = new String(Files.readAllBytes(layout.logs().resolve("agent.out")), StandardCharsets.UTF_8);
            return said.lines()
                    .filter(line -> line.startsWith(Transcript.PROBLEM))
                    .reduce((older, newer) -> newer)
                    .map(line -> line.substring(Transcript.PROBLEM.length()));
        } catch (IOException e) {
            return Optional.empty(); // no agent has written anything that can be read
        }
    }

    /** The process that holds the lock of this root; empty if none does. */
    Optional<ProcessIdentity> holder() {
        return LockHolder.of(layout.agentLock());
    }

    private Optional<AgentStatus> ask() {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        try {
            Optional<Integer> exit = new LocalClient(layout, LIMIT)
                    .call(
                            List.of("status", "--json"),
                            Map.of(),
                            InputStream.nullInputStream(),
                            answer,
                            OutputStream.nullOutputStream());
            if (exit.isEmpty() || exit.get() != 0) {
                return Optional.empty();
            }
            return Optional.ofNullable(
                    new JsonMapper().readValue(answer.toString(StandardCharsets.UTF_8), AgentStatus.class));
        } catch (AgentSilent e) {
            throw silent();
        } catch (NotOwner e) {
            throw e;
        } catch (Refusal | JacksonException e) {
            return Optional.empty();
        }
    }

    private AgentSilent silent() {
        String pid = holder().map(agent -> " (pid " + agent.pid() + ")").orElse("");
        return new AgentSilent(
                "the agent" + pid + " does not answer; `tinyserv-remote restart` replaces it, and apps go"
                        + " on; logs/agent.log may tell why");
    }
}
