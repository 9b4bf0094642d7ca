package dev.tinyserv.agent.doctor;

import dev.tinyserv.agent.config.BindAddress;
import dev.tinyserv.agent.machine.Kernel;
import dev.tinyserv.agent.machine.Listeners;
import dev.tinyserv.agent.machine.Listeners.Listener;
import java.util.List;
import java.util.Optional;

/** Who listens on a port that is ours. */
final class PortHolder {
    private static final String MAIN = "dev.tinyserv.agent.Main";

    private PortHolder() {}

    /** Those of a port whose socket keeps us from listening on this address. */
    static List<Listener> inTheWay(List<Listener> ofPort, BindAddress bind) {
        return ofPort.stream()
                .filter(listener -> bind.meets(listener.address()))
                .toList();
    }

    /** Who holds the socket: the kernel tells it of processes of our own user only, and root everything. */
    static Optional<ProcessHandle> of(Listener listener) {
        return ProcessHandle.allProcesses()
                .filter(process -> Listeners.socketsOf(process.pid()).contains(listener.inode()))
                .findFirst();
    }

    /** Such a process in words. */
    static String describe(Optional<ProcessHandle> holder) {
        return holder.map(process -> "pid " + process.pid()
                        + process.info()
                                .command()
                                .map(command -> " (" + command.substring(command.lastIndexOf('/') + 1) + ")")
                                .orElse(""))
                .orElse("a process of another user (`ss -ltnp` as root names it)");
    }

    /** Whether it is agent or router, of this TINYSERV_ROOT or another, which nobody should be told to end. */
    static boolean isTinyserv(ProcessHandle process, Kernel kernel) {
        String commandLine = kernel.text("proc/" + process.pid() + "/cmdline").orElse("");
        return commandLine.contains(MAIN + "\0agent\0") || commandLine.contains(MAIN + "\0router\0");
    }
}
