package dev.tinyserv.agent.run.runtime;

import dev.tinyserv.agent.app.Endpoint;
import dev.tinyserv.agent.machine.Listeners;
import dev.tinyserv.agent.machine.Listeners.Listener;
import dev.tinyserv.buildpacks.base.Pauses;
import dev.tinyserv.buildpacks.process.ProcessIdentity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Waits until a process is ready. A web process is ready when a process of its own tree has the socket that listens on
 * the port, so a stranger on the port is never taken for the app.
 */
public final class Gate {
    /** Short, because a pusher waits: an app that starts quickly is found quickly. */
    private static final long SHORT_PAUSE_MILLIS = 5;

    private static final long SHORT_PAUSES_NANOS = 1_000_000_000;
    private static final int CONNECT_MILLIS = 200;

    private final RunningProcess process;
    private final long deadline;
    private final BooleanSupplier cancelled;

    /**
     * A gate for one process.
     *
     * @param limit how long it may take, from now
     * @param cancelled whether to give up; asked often
     */
    public Gate(RunningProcess process, Duration limit, BooleanSupplier cancelled) {
        this.process = process;
        this.deadline = System.nanoTime() + limit.toNanos();
        this.cancelled = cancelled;
    }

    /**
     * Waits until the process listens on the port and no stranger does.
     *
     * @param late is given the other ports that a slow process listens on, empty for none; at most once for each of the
     *     two
     */
    public GateOutcome untilItListens(int port, Consumer<SortedSet<Integer>> late) throws InterruptedException {
        long begin = System.nanoTime();
        Lateness lateness = new Lateness(port, late);
        Pauses pauses = new Pauses();
        boolean suspected = false;
        while (true) {
            boolean over = process.isOver();
            List<Listener> listeners = Listeners.on(port);
            boolean stranger = !listeners.isEmpty() && !areOwn(listeners);
            if (over) {
                return stranger ? new GateOutcome.Squatted() : new GateOutcome.Exited(process.exitStatus());
            }
            // Twice, because a child that was forked between two of our looks is none of ours in the first.
            if (stranger && suspected) {
                return new GateOutcome.Squatted();
            }
            if (!listeners.isEmpty() && !stranger) {
                return new GateOutcome.Passed(Optional.of(endpoint(listeners, port)));
            }
            suspected = stranger;
            if (cancelled.getAsBoolean()) {
                return new GateOutcome.Cancelled();
            }
            if (System.nanoTime() >= deadline) {
                return new GateOutcome.TimedOut(otherPorts(port));
            }
            lateness.look(System.nanoTime() - begin);
            if (System.nanoTime() - begin < SHORT_PAUSES_NANOS) {
                pauses.pause(SHORT_PAUSE_MILLIS);
            } else {
                pauses.pause();
            }
        }
    }

    /** What is known of a process that does not listen on its port yet. */
    private final class Lateness {
        private static final long FIRST_LOOK_NANOS = 1_000_000_000;
        private static final long BETWEEN_LOOKS_NANOS = 500_000_000;
        /** Many start for a second, and then listen. */
        private static final long SILENT_LOOKS = 3;

        private final int port;
        private final Consumer<SortedSet<Integer>> late;
        private long next = FIRST_LOOK_NANOS;
        private int looks;
        private boolean toldNone;
        private boolean toldOthers;

        Lateness(int port, Consumer<SortedSet<Integer>> late) {
            this.port = port;
            this.late = late;
        }

        void look(long waited) {
            if (waited < next || toldOthers) {
                return;
            }
            next = waited + BETWEEN_LOOKS_NANOS;
            looks++;
            SortedSet<Integer> others = otherPorts(port);
            if (!others.isEmpty()) {
                toldOthers = true;
                late.accept(others);
            } else if (!toldNone && looks >= SILENT_LOOKS) {
                toldNone = true;
                late.accept(others);
            }
        }
    }

    /** Asks the descendants first: nearly always one of them listens, and no other process's environment is read. */
    private boolean areOwn(List<Listener> listeners) {
        List<Long> inodes = listeners.stream().map(Listener::inode).toList();
        return socketsOfDescendants().containsAll(inodes) || ownSockets().containsAll(inodes);
    }

    private Set<Long> socketsOfDescendants() {
        ProcessIdentity root = process.tree().root();
        Set<Long> inodes = new HashSet<>();
        ProcessHandle.of(root.pid()).filter(handle -> root.isAlive()).stream()
                .flatMap(ProcessHandle::descendants)
                .forEach(member -> inodes.addAll(Listeners.socketsOf(member.pid())));
        return inodes;
    }

    /** Waits for the whole limit. Passed if the process still lives then. */
    public GateOutcome untilItHasLived() throws InterruptedException {
        Pauses pauses = new Pauses();
        while (true) {
            if (process.isOver()) {
                return new GateOutcome.Exited(process.exitStatus());
            }
            if (cancelled.getAsBoolean()) {
                return new GateOutcome.Cancelled();
            }
            if (System.nanoTime() >= deadline) {
                return new GateOutcome.Passed(Optional.empty());
            }
            pauses.pause();
        }
    }

    private Set<Long> ownSockets() {
        Set<Long> inodes = new HashSet<>();
        for (ProcessIdentity member : process.tree().members()) {
            inodes.addAll(Listeners.socketsOf(member.pid()));
        }
        return inodes;
    }

    private SortedSet<Integer> otherPorts(int wanted) {
        Set<Long> own = ownSockets();
        SortedSet<Integer> ports = new TreeSet<>();
        for (Listener listener : Listeners.all()) {
            if (own.contains(listener.inode()) && listener.port() != wanted) {
                ports.add(listener.port());
            }
        }
        return ports;
    }

    private static Endpoint endpoint(List<Listener> listeners, int port) {
        List<InetAddress> addresses =
                listeners.stream().map(Listener::address).distinct().toList();
        for (InetAddress address : addresses) {
            boolean v4 = address.getAddress().length == 4;
            if (v4 && (address.isAnyLocalAddress() || address.getHostAddress().equals("127.0.0.1"))) {
                return new Endpoint("127.0.0.1", port);
            }
        }
        // The table does not tell whether a socket on :: takes IPv4 too; most do.
        for (InetAddress address : addresses) {
            if (address.isAnyLocalAddress()) {
                return new Endpoint(answers("127.0.0.1", port) ? "127.0.0.1" : "::1", port);
            }
        }
        InetAddress only = addresses.get(0);
        boolean v6Loopback = only.isLoopbackAddress() && only.getAddress().length == 16;
        return new Endpoint(v6Loopback ? "::1" : only.getHostAddress(), port);
    }

    private static boolean answers(String host, int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), CONNECT_MILLIS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
