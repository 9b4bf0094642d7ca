package dev.tinyserv.agent.doctor;

import dev.tinyserv.agent.config.AgentSettings;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The settings are good, and are those that the agent runs with. */
final class SettingsCheck implements Check {
    @Override
    public String area() {
        return "Settings";
    }

    @Override
    public void look(Patient patient, Findings findings) {
        AgentSettings.Reading now = AgentSettings.read(patient.environment());
        now.problems()
                .forEach(problem -> findings.problem(problem, "mend it: with it, agent and router do not start again"));
        List<String> changed = changed(patient.settings(), now.settings());
        if (now.problems().isEmpty() && patient.live().isPresent() && !changed.isEmpty()) {
            findings.warning(
                    String.join(", ", changed) + " changed after the agent was started",
                    "`tinyserv-remote restart` makes it hold");
        } else if (now.problems().isEmpty()) {
            findings.ok("can be read");
        }
    }

    private static List<String> changed(AgentSettings running, AgentSettings now) {
        Map<String, String> before = running.show().stream()
                .collect(Collectors.toMap(AgentSettings.Shown::name, AgentSettings.Shown::value));
        Function<AgentSettings.Shown, String> value = AgentSettings.Shown::value;
        return now.show().stream()
                .filter(setting -> !value.apply(setting).equals(before.get(setting.name())))
                .map(AgentSettings.Shown::name)
                .toList();
    }
}
