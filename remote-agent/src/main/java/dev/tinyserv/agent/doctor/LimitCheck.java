package dev.tinyserv.agent.doctor;

import dev.tinyserv.agent.machine.LockHolder;

/** Agent and router may open as many files, and start as many processes, as the settings let them. */
final class LimitCheck implements Check {
    /** The files that the router itself needs: jars, logs, sockets to the agent, epoll. */
    private static final long ROUTERS_OWN = 256;

    private static final long PROCESSES = 512;

    @Override
    public void look(Patient patient, Findings findings) {
        String router = LockHolder.of(patient.layout().routerLock())
                .map(holder -> Long.toString(holder.pid()))
                .orElse("self");
        int apps = AppNames.under(patient.layout()).size();
        long needed = 2L * patient.settings().router().maxClients() + apps + ROUTERS_OWN;
        long files = softLimit(patient, router, "Max open files");
        String what = files + " open files, " + needed + " may be needed for TINYSERV_MAX_CLIENTS="
                + patient.settings().router().maxClients();
        if (files < needed) {
            findings.warning(what, "raise it (ulimit -n, LimitNOFILE) and restart, or lower TINYSERV_MAX_CLIENTS");
        } else {
            findings.ok(what);
        }
        long processes = softLimit(patient, "self", "Max processes");
        if (processes < PROCESSES) {
            findings.warning(
                    processes + " processes and threads for this user", "raise it (ulimit -u, LimitNPROC) and restart");
        }
    }

    private static long softLimit(Patient patient, String process, String name) {
        return patient.kernel().field("proc/" + process + "/limits", name).orElse(Long.MAX_VALUE);
    }
}
