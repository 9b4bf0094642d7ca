package dev.tinyserv.agent;

import dev.tinyserv.agent.command.AgentStatus;
import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.agent.local.LocalClient;
import dev.tinyserv.buildpacks.Refusal;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Asks the agent of this root how it does, from another process. */
record AgentProbe(Layout layout) {
    private static final Duration PAUSE = Duration.ofMillis(50);

    /** The agent's status; empty if none answers. */
    Optional<AgentStatus> status() {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        try {
            Optional<Integer> exit = new LocalClient(layout)
                    .call(
                            List.of("status", "--json"),
                            Map.of(),
                            InputStream.nullInputStream(),
                            answer,
                            OutputStream.nullOutputStream());
            if (exit.isEmpty() || exit.get() != 0) {
                return Optional.empty();
            }
            return Optional.of(new JsonMapper().readValue(answer.toString(StandardCharsets.UTF_8), AgentStatus.class));
        } catch (Refusal | JacksonException e) {
            if (e.getMessage() != null && e.getMessage().startsWith("only its owner")) {
                throw e;
            }
            return Optional.empty();
        }
    }

    /** Whether the condition came true within the limit; it is looked at every 50 ms. */
    static boolean await(Duration limit, BooleanSupplier condition) {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                return false;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE.toMillis()));
        }
        return true;
    }
}
