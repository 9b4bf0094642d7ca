package dev.tinyserv.agent.route.handover;

import java.util.Optional;

/** The router that handed its sockets over to this one and finishes what it had begun. */
public final class Predecessor {
    public static final Predecessor NONE = new Predecessor(Optional.empty());

    private final Optional<ProcessHandle> process;

    private Predecessor(Optional<ProcessHandle> process) {
        this.process = process;
    }

    public static Predecessor of(long pid) {
        return new Predecessor(ProcessHandle.of(pid));
    }

    public boolean isAlive() {
        return process.isPresent() && process.get().isAlive();
    }
}
