package dev.tinyserv.agent.doctor;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.AppState;
import dev.tinyserv.agent.route.RouterMain;
import dev.tinyserv.agent.run.runtime.Listeners;
import dev.tinyserv.agent.run.runtime.Listeners.Listener;
import dev.tinyserv.agent.store.JsonStore;
import dev.tinyserv.buildpacks.Refusal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/** We listen on the SSH port and on the stable port of every app, and no stranger does. */
final class PortCheck implements Check {
    private final JsonStore store = new JsonStore();

    @Override
    public String area() {
        return "Ports";
    }

    /**
     * A process of ours that should listen; what it has open is read once, because there may be thousands of ports.
     *
     * @param runs whether there is such a process
     * @param sockets the inodes of its sockets
     */
    private record Holder(boolean runs, Set<Long> sockets) {
        static Holder of(OptionalLong pid) {
            return new Holder(pid.isPresent(), pid.isPresent() ? Listeners.socketsOf(pid.getAsLong()) : Set.of());
        }

        boolean has(List<Listener> listeners) {
            return listeners.stream().anyMatch(listener -> sockets.contains(listener.inode()));
        }
    }

    @Override
    public void look(Patient patient, Findings findings) {
        Map<Integer, List<Listener>> all = Listeners.all().stream().collect(Collectors.groupingBy(Listener::port));
        Holder agent = Holder.of(
                patient.live().isPresent()
                        ? OptionalLong.of(ProcessHandle.current().pid())
                        : OptionalLong.empty());
        int ssh = patient.settings().sshPort();
        look(patient, all.getOrDefault(ssh, List.of()), agent, ssh, "SSH", "", findings);
        Holder router = Holder.of(RouterMain.pid(patient.layout()));
        Map<Integer, String> errors = patient.live()
                .flatMap(Live::router)
                .map(status -> status.portErrors())
                .orElse(Map.of());
        for (AppName app : AppNames.under(patient.layout())) {
            portOf(patient, app)
                    .ifPresent(port -> look(
                            patient,
                            all.getOrDefault(port, List.of()),
                            router,
                            port,
                            app.value(),
                            errors.getOrDefault(port, ""),
                            findings));
        }
    }

    private Optional<Integer> portOf(Patient patient, AppName app) {
        try {
            return store.read(patient.layout().app(app), AppState.class).map(AppState::port);
        } catch (Refusal e) {
            return Optional.empty(); // told where the app is looked at
        }
    }

    private static void look(
            Patient patient,
            List<Listener> ofPort,
            Holder holder,
            int port,
            String of,
            String error,
            Findings findings) {
        String where = "port " + port + " of " + of;
        List<Listener> there = PortHolder.inTheWay(ofPort, patient.settings().bind());
        if (holder.has(there)) {
            findings.ok(where + " is ours");
        } else if (!there.isEmpty()) {
            findings.problem(
                    where + " is held by " + PortHolder.describe(there.get(0)),
                    "end it, or have it listen elsewhere" + (of.equals("SSH") ? ", or move TINYSERV_SSH_PORT" : ""));
        } else if (holder.runs()) {
            findings.problem(
                    where + " is not listened on" + (error.isEmpty() ? "" : " (" + error + ")"),
                    "it is tried again each second; logs/router.log tells more");
        } else {
            findings.ok(where + " is free");
        }
    }
}
