package dev.tinyserv.agent;

import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.agent.machine.LockHolder;
import dev.tinyserv.agent.machine.PidLock;
import dev.tinyserv.agent.store.JsonStore;
import dev.tinyserv.buildpacks.base.Pauses;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.process.ProcessIdentity;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** Takes the lock that makes a process the one agent of a root. */
final class RootLock {
    /** How long a holder's pid is waited for, which the holder writes just after it has the lock. */
    private static final Duration UNTIL_NAMED = Duration.ofSeconds(1);

    private RootLock() {}

    /**
     * Takes the lock.
     *
     * @throws LockHeld if another process holds it, naming that process if it is known
     * @throws Refusal if the file cannot be locked
     */
    static PidLock take(Layout layout) {
        return take(layout, UNTIL_NAMED, () -> LockHolder.of(layout.agentLock()));
    }

    static PidLock take(Layout layout, Duration patience, Supplier<Optional<ProcessIdentity>> holder) {
        try {
            return PidLock.tryTake(layout.agentLock())
                    .orElseThrow(() -> held(layout, Pauses.firstAnswer(patience, holder)));
        } catch (IOException e) {
            throw new Refusal("cannot lock " + layout.agentLock() + ": " + JsonStore.reason(e), e);
        }
    }

    private static LockHeld held(Layout layout, Optional<ProcessIdentity> holder) {
        String who = holder.map(agent -> " (pid " + agent.pid() + ")").orElse("");
        return new LockHeld(
                "another agent" + who + " holds " + layout.root() + "; `tinyserv-remote status` tells about it");
    }
}
