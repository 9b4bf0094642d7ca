package dev.tinyserv.agent.doctor;

import dev.tinyserv.agent.app.AppState;
import dev.tinyserv.agent.machine.Listeners;
import dev.tinyserv.agent.machine.Listeners.Listener;
import dev.tinyserv.agent.machine.LockHolder;
import dev.tinyserv.agent.route.control.RouterStatus;
import dev.tinyserv.buildpacks.process.ProcessIdentity;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The agent listens on the SSH port, and the router on the stable port of every app; no stranger does. The ports that
 * the router says it has are not looked at again, because there may be thousands.
 */
final class PortCheck implements Check {

    /**
     * A process of ours that should listen. Its open sockets are read once, because there may be thousands of ports.
     *
     * @param runs whether there is such a process
     * @param sockets the inodes of its sockets
     */
    private record Holder(boolean runs, Set<Long> sockets) {
        static final Holder NONE = new Holder(false, Set.of());

        static Holder of(Optional<Long> pid) {
            return pid.isPresent() ? new Holder(true, Listeners.socketsOf(pid.get())) : NONE;
        }

        boolean has(List<Listener> listeners) {
            return listeners.stream().anyMatch(listener -> sockets.contains(listener.inode()));
        }
    }

    @Override
    public void look(Patient patient, Findings findings) {
        int ssh = patient.settings().server().sshPort();
        Optional<RouterStatus> status = patient.live().flatMap(Live::router);
        Set<Integer> routed = Set.copyOf(status.map(RouterStatus::ports).orElse(List.of()));
        Map<Integer, String> errors = status.map(RouterStatus::portErrors).orElse(Map.of());
        List<AppState> apps = patient.live().map(Live::apps).orElseGet(() -> appsOnDisk(patient));
        List<AppState> doubtful = apps.stream()
                .filter(app -> !routed.contains(app.port()) && app.port() != ssh)
                .toList();
        Map<Integer, List<Listener>> listeners = listeners(doubtful, ssh);

        Optional<AppState> rival =
                apps.stream().filter(app -> app.port() == ssh).findFirst();
        rival.ifPresentOrElse(
                app -> findings.problem(
                        where(ssh, app.app().value()) + " is TINYSERV_SSH_PORT, too, and only one can have it",
                        "set TINYSERV_SSH_PORT to another port, then `tinyserv-remote restart`"),
                () -> look(patient, listeners.getOrDefault(ssh, List.of()), agent(patient), ssh, "SSH", "", findings));
        apps.stream()
                .filter(app -> routed.contains(app.port()) && app.port() != ssh)
                .forEach(app -> findings.ok(isOurs(where(app.port(), app.app().value()))));
        Holder router = doubtful.isEmpty()
                ? Holder.NONE
                : Holder.of(LockHolder.of(patient.layout().routerLock()).map(ProcessIdentity::pid));
        for (AppState app : doubtful) {
            look(
                    patient,
                    listeners.getOrDefault(app.port(), List.of()),
                    router,
                    app.port(),
                    app.app().value(),
                    errors.getOrDefault(app.port(), ""),
                    findings);
        }
    }

    private static Map<Integer, List<Listener>> listeners(List<AppState> apps, int ssh) {
        Set<Integer> ports = apps.stream().map(AppState::port).collect(Collectors.toCollection(HashSet::new));
        ports.add(ssh);
        return Listeners.on(ports).stream().collect(Collectors.groupingBy(Listener::port));
    }

    private static Holder agent(Patient patient) {
        return patient.live().isEmpty()
                ? Holder.NONE
                : Holder.of(Optional.of(ProcessHandle.current().pid()));
    }

    private static List<AppState> appsOnDisk(Patient patient) {
        return AppNames.under(patient.layout()).stream()
                .flatMap(app -> KeptFiles.quietly(patient.layout().app(app), AppState.class).stream())
                .toList();
    }

    private static String where(int port, String of) {
        return "port " + port + " of " + of;
    }

    private static String isOurs(String where) {
        return where + " is ours";
    }

    private static void look(
            Patient patient,
            List<Listener> ofPort,
            Holder holder,
            int port,
            String of,
            String error,
            Findings findings) {
        String where = where(port, of);
        List<Listener> there =
                PortHolder.inTheWay(ofPort, patient.settings().server().bind());
        if (holder.has(there)) {
            findings.ok(isOurs(where));
        } else if (!there.isEmpty()) {
            Optional<ProcessHandle> other = PortHolder.of(there.get(0));
            boolean tinyserv = other.filter(process -> PortHolder.isTinyserv(process, patient.kernel()))
                    .isPresent();
            findings.problem(
                    where + " is held by " + PortHolder.describe(other) + (tinyserv ? ", which is tinyserv" : ""),
                    (tinyserv
                                    ? "`tinyserv-remote restart`; if it is of another TINYSERV_ROOT, give one of them"
                                            + " other ports"
                                    : "end it, or have it listen elsewhere")
                            + (of.equals("SSH") ? ", or move TINYSERV_SSH_PORT" : ""));
        } else if (holder.runs()) {
            findings.problem(
                    where + " is not listened on" + (error.isEmpty() ? "" : " (" + error + ")"),
                    error.isEmpty()
                            ? "`tinyserv-remote restart` if it stays so; logs/agent.log and logs/router.log tell why"
                            : "it is tried again each second; logs/router.log tells more");
        } else {
            findings.ok(where + " is free");
        }
    }
}
