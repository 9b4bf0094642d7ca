package dev.tinyserv.agent.route;

import java.util.Optional;

/** The router that handed its sockets over to this one and finishes what it had begun. */
final class Predecessor {
    static final Predecessor NONE = new Predecessor(Optional.empty());

    private final Optional<ProcessHandle> process;

    private Predecessor(Optional<ProcessHandle> process) {
        this.process = process;
    }

    static Predecessor of(long pid) {
        return new Predecessor(ProcessHandle.of(pid));
    }

    boolean isAlive() {
        return process.isPresent() && process.get().isAlive();
    }
}
