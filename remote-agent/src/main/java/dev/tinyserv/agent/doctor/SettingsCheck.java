package dev.tinyserv.agent.doctor;

import dev.tinyserv.agent.config.SettingsReading;
import java.util.List;

/** The settings are good, and are those that the agent runs with. */
final class SettingsCheck implements Check {
    @Override
    public void look(Patient patient, Findings findings) {
        SettingsReading now = patient.settings().now().get();
        now.problems()
                .forEach(problem -> findings.problem(problem, "correct it, or agent and router will not start again"));
        List<String> changed = now.changedSince(patient.settings().reading());
        if (now.problems().isEmpty() && patient.live().isPresent() && !changed.isEmpty()) {
            findings.warning(
                    String.join(", ", changed) + " changed after the agent was started",
                    "`tinyserv-remote restart` puts that into force");
        } else if (now.problems().isEmpty()) {
            findings.ok("can be read");
        }
    }
}
