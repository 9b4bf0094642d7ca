package dev.tinyserv.agent.doctor;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.AppState;
import dev.tinyserv.agent.deploy.ProcessStatus;
import dev.tinyserv.agent.machine.Kernel;
import dev.tinyserv.agent.machine.Listeners;
import dev.tinyserv.agent.machine.Listeners.Listener;
import dev.tinyserv.agent.release.Release;
import dev.tinyserv.agent.release.ReleaseFile;
import java.util.List;
import java.util.Optional;

/** An app that should be up is up, and can only be reached through the router. */
record AppProcessCheck(AppName app) implements Check {
    private static final int KILLED = 137;

    @Override
    public void look(Patient patient, Findings findings) {
        Optional<AppState> state = KeptFiles.quietly(patient.layout().app(app), AppState.class);
        Optional<Release> current = KeptFiles.quietly(patient.layout().currentRelease(app), ReleaseFile.class)
                .map(ReleaseFile::release);
        if (state.isEmpty() || current.isEmpty() || patient.live().isEmpty()) {
            return;
        }
        List<ProcessStatus> instances = patient.live().get().instances(app);
        if (current.get().slug() == null) {
            findings.ok("has never been deployed");
        } else if (!state.get().up()) {
            findings.ok("stopped");
        } else if (current.get().site() != null && !current.get().runs()) {
            findings.ok("up: the router serves its files");
        } else if (instances.isEmpty()) {
            findings.problem("should be up, but nothing of it runs", logs());
        } else {
            instances.forEach(instance -> look(patient, instance, findings));
        }
        instances.forEach(instance -> lookAround(patient, instance, findings));
    }

    private void look(Patient patient, ProcessStatus instance, Findings findings) {
        String what = instance.name() + " of " + instance.release() + " is " + instance.state();
        if (instance.state() == ProcessStatus.State.CRASHED) {
            Integer exit = instance.lastExit();
            findings.problem(
                    what + " since " + instance.since()
                            + (exit == null ? "" : ", exit status " + exit)
                            + (exit != null && exit == KILLED ? " (killed, perhaps because memory ran out)" : ""),
                    logs());
        } else if (instance.pid() != null && isHalted(patient.kernel(), instance.pid())) {
            findings.warning(
                    instance.name() + " of " + instance.release() + " is halted (SIGSTOP)",
                    "`kill -CONT " + instance.pid() + "` lets it go on");
        } else {
            findings.ok(what + (instance.restarts() == 0 ? "" : ", " + instance.restarts() + " restarts"));
        }
    }

    static boolean isHalted(Kernel kernel, long pid) {
        return kernel.lines("proc/" + pid + "/status")
                .anyMatch(line -> line.startsWith("State:") && line.endsWith("(stopped)"));
    }

    private void lookAround(Patient patient, ProcessStatus instance, Findings findings) {
        Integer port = instance.port();
        if (port == null || instance.pid() == null) {
            return;
        }
        Listeners.on(port).stream()
                .filter(listener -> !listener.address().isLoopbackAddress())
                .map(Listener::endpoint)
                .findFirst()
                .ifPresent(endpoint -> findings.warning(
                        instance.name() + " listens on " + endpoint + " and can be reached around the router",
                        "have it listen on 127.0.0.1, or close "
                                + patient.settings().server().instancePorts().first() + "-"
                                + patient.settings().server().instancePorts().last() + " in the firewall"));
    }

    private String logs() {
        return "`tinyserv logs -a " + app + "` tells why";
    }
}
