package dev.tinyserv.agent.event;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.ExitStatus;
import dev.tinyserv.agent.app.ProcessName;
import dev.tinyserv.buildpacks.base.Durations;
import java.time.Duration;
import java.util.SortedSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What happens to the processes of an app. */
public sealed interface RunEvent extends Event {
    @Override
    AppName app();

    @Override
    default String part() {
        return "run";
    }

    /**
     * A process was started.
     *
     * @param version the number of its release
     * @param port its {@code PORT}; null if it got none
     */
    record Started(
            AppName app,
            ProcessName process,
            int version,
            @Nullable Integer port) implements RunEvent {
        @Override
        public String text() {
            return process + " started (v" + version + (port == null ? "" : ", port " + port) + ")";
        }
    }

    /**
     * A process takes longer than most to listen on its port.
     *
     * @param others the ports that it listens on instead, sorted; empty for none
     * @param limit how long the agent waits in all
     */
    record Late(AppName app, ProcessName process, int port, SortedSet<Integer> others, Duration limit)
            implements RunEvent {
        @Override
        public String text() {
            String wanted = "$PORT (" + port + ")";
            String what = others.isEmpty()
                    ? " does not listen on " + wanted + " yet"
                    : " listens on " + listed(others) + " and not on " + wanted + " yet";
            return process + what + "; waiting for up to " + Durations.of(limit);
        }
    }

    /** A stranger listens on the port of a new process, which is started again on another port. */
    record PortTaken(AppName app, ProcessName process, int port) implements RunEvent {
        @Override
        public String text() {
            return process + " gets another port: a stranger listens on " + port;
        }
    }

    /**
     * A process has passed its gate.
     *
     * @param took the time since its start
     * @param pid the pid of its command, as {@code ps} shows it; null if the command has just ended
     */
    record Ready(
            AppName app,
            ProcessName process,
            Duration took,
            @Nullable Long pid) implements RunEvent {
        @Override
        public String text() {
            return process + " is up after " + took.toMillis() + " ms" + (pid == null ? "" : " (pid " + pid + ")");
        }
    }

    /**
     * When a process that crashed is started again.
     *
     * @param crash how many times it has crashed in a row
     * @param delay how long the next start waits
     */
    record Restart(int crash, Duration delay) {
        @Override
        public String toString() {
            return " (crash " + crash + "); next start " + (delay.isZero() ? "now" : "in " + Durations.of(delay));
        }
    }

    /**
     * A process that should run has ended by itself.
     *
     * @param ran the time since its start
     * @param restart when it will be started again
     */
    record Exited(AppName app, ProcessName process, ExitStatus status, Duration ran, Restart restart)
            implements RunEvent {
        @Override
        public String text() {
            return process + " " + status + restart;
        }
    }

    /**
     * A process that was to be started again did not become ready.
     *
     * @param status how it ended; unknown if it did not
     * @param restart when it will be started again
     */
    record NotStarted(AppName app, ProcessName process, String why, ExitStatus status, Restart restart)
            implements RunEvent {
        @Override
        public String text() {
            return process + " does not start: " + why + restart;
        }
    }

    /** A process of an older release goes on, because the wanted release does not start. */
    record GoesOn(AppName app, ProcessName process, int version, String wanted, String why) implements RunEvent {
        @Override
        public String text() {
            return process + " of v" + version + " goes on, because " + wanted + " does not start: " + why;
        }
    }

    /** A process did not end within the grace, and was killed. */
    record Killed(AppName app, ProcessName process, Duration grace) implements RunEvent {
        @Override
        public String text() {
            return process + " did not stop within " + Durations.of(grace) + "; killed";
        }
    }

    /** A process was killed and is still there. */
    record Unkillable(AppName app, ProcessName process) implements RunEvent {
        @Override
        public String text() {
            return process + " cannot be killed; a process of it hangs in the kernel";
        }
    }

    /** A process was ended, and nothing of it is left. */
    record Stopped(AppName app, ProcessName process, String why) implements RunEvent {
        @Override
        public String text() {
            return process + " stopped: " + why;
        }
    }

    /** What should run of an app could not be brought back after a start of tinyserv. */
    record NotRestored(AppName app, String why) implements RunEvent {
        @Override
        public String text() {
            return "could not be restored: " + why;
        }
    }

    /** Other endpoints of an app take its requests now. Not in the timeline. */
    record EndpointsChanged(AppName app) implements RunEvent {
        @Override
        public String text() {
            return "";
        }
    }

    private static String listed(SortedSet<Integer> ports) {
        return ports.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }
}
