package dev.tinyserv.agent.doctor;

import dev.tinyserv.agent.route.RouterLock;
import java.util.Optional;

/** Agent and router may open as many files, and start as many processes, as the settings let them. */
final class LimitCheck implements Check {
    /** Jars, logs, sockets between us, epoll. */
    private static final long ROUTERS_OWN = 256;

    private static final long PROCESSES = 512;

    @Override
    public String area() {
        return "Limits";
    }

    @Override
    public void look(Patient patient, Findings findings) {
        String router = RouterLock.pid(patient.layout()).stream()
                .mapToObj(Long::toString)
                .findFirst()
                .orElse("self");
        int apps = AppNames.under(patient.layout()).size();
        long needed = 2L * patient.settings().router().maxClients() + apps + ROUTERS_OWN;
        Optional<String> limits = patient.kernel().text("proc/" + router + "/limits");
        long files = limits.map(text -> soft(text, "Max open files")).orElse(Long.MAX_VALUE);
        String what = files + " open files, " + needed + " may be needed for TINYSERV_MAX_CLIENTS="
                + patient.settings().router().maxClients();
        if (files < needed) {
            findings.warning(what, "raise it (ulimit -n, LimitNOFILE) and restart, or lower TINYSERV_MAX_CLIENTS");
        } else {
            findings.ok(what);
        }
        long processes = patient.kernel()
                .text("proc/self/limits")
                .map(text -> soft(text, "Max processes"))
                .orElse(Long.MAX_VALUE);
        if (processes < PROCESSES) {
            findings.warning(
                    processes + " processes and threads for this user", "raise it (ulimit -u, LimitNPROC) and restart");
        }
    }

    /** The soft limit of a line of {@code /proc/PID/limits}. */
    static long soft(String limits, String name) {
        return limits.lines()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(name.length()).strip().split("\\s+", 2)[0])
                .mapToLong(value -> value.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(value))
                .findFirst()
                .orElse(Long.MAX_VALUE);
    }
}
