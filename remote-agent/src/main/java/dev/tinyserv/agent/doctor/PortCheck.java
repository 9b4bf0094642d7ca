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

/** We listen on the SSH port and on the stable port of every app, and no stranger does. */
final class PortCheck implements Check {
    private final JsonStore store = new JsonStore();

    @Override
    public String area() {
        return "Ports";
    }

    @Override
    public void look(Patient patient, Findings findings) {
        List<Listener> all = Listeners.all();
        OptionalLong agent = patient.live().isPresent()
                ? OptionalLong.of(ProcessHandle.current().pid())
                : OptionalLong.empty();
        look(patient, all, agent, patient.settings().sshPort(), "SSH", "", findings);
        OptionalLong router = RouterMain.pid(patient.layout());
        Map<Integer, String> errors = patient.live()
                .flatMap(Live::router)
                .map(status -> status.portErrors())
                .orElse(Map.of());
        for (AppName app : AppNames.under(patient.layout())) {
            portOf(patient, app)
                    .ifPresent(port ->
                            look(patient, all, router, port, app.value(), errors.getOrDefault(port, ""), findings));
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
            List<Listener> all,
            OptionalLong pid,
            int port,
            String of,
            String error,
            Findings findings) {
        String where = "port " + port + " of " + of;
        List<Listener> there = PortHolder.inTheWay(all, patient.settings().bind(), port);
        if (PortHolder.holds(pid, there)) {
            findings.ok(where + " is ours");
        } else if (!there.isEmpty()) {
            findings.problem(
                    where + " is held by " + PortHolder.describe(there.get(0)),
                    "end it, or have it listen elsewhere" + (of.equals("SSH") ? ", or move TINYSERV_SSH_PORT" : ""));
        } else if (pid.isPresent()) {
            findings.problem(
                    where + " is not listened on" + (error.isEmpty() ? "" : " (" + error + ")"),
                    "it is tried again each second; logs/router.log tells more");
        } else {
            findings.ok(where + " is free");
        }
    }
}
