package dev.tinyserv.agent.doctor;

import dev.tinyserv.agent.config.BindAddress;
import dev.tinyserv.agent.machine.Kernel;
import dev.tinyserv.agent.machine.Listeners;
import dev.tinyserv.agent.machine.Listeners.Listener;
import java.util.List;
import java.util.Optional;

/** Finds out who listens on a port that is ours. */
final class PortHolder {
    private static final String MAIN = "dev.tinyserv.agent.Main";

    private PortHolder() {}

    /** The listeners of a port whose sockets keep us from listening on this address. */
    static List<Listener> inTheWay(List<Listener> ofPort, BindAddress bind) {
        return ofPort.stream()
                .filter(listener -> bind.meets(listener.address()))
                .toList();
    }

    /**
     * The process that holds the socket; empty if the kernel does not tell. It tells a user of that user's processes
     * only, and root of all.
     */
    static Optional<ProcessHandle> of(Listener listener) {
        return ProcessHandle.allProcesses()
                .filter(process -> Listeners.socketsOf(process.pid()).contains(listener.inode()))
                .findFirst();
    }

    /** The process in words. */
    static String describe(Optional<ProcessHandle> holder) {
        return holder.map(process -> "pid " + process.pid()
                        + process.info()
                                .command()
                                .map(command -> " (" + command.substring(command.lastIndexOf('/') + 1) + ")")
                                .orElse(""))
                .orElse("a process of another user (`ss -ltnp` as root names it)");
    }

    /** Whether the process is an agent or a router, of any TINYSERV_ROOT: nobody should be told to end it. */
    static boolean isTinyserv(ProcessHandle process, Kernel kernel) {
        String commandLine = kernel.text("proc/" + process.pid() + "/cmdline").orElse("");
        return commandLine.contains(MAIN + "\0agent\0") || commandLine.contains(MAIN + "\0router\0");
    }
}
