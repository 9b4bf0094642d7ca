package dev.tinyserv.agent.doctor;

import dev.tinyserv.buildpacks.process.Command;
import dev.tinyserv.buildpacks.process.CommandFailed;
import java.time.Duration;
import java.util.List;

/** Something starts tinyserv when the machine boots. */
final class StartAtBootCheck implements Check {
    private static final Duration LIMIT = Duration.ofSeconds(3);

    @Override
    public void look(Patient patient, Findings findings) {
        if (patient.kernel().exists("etc/systemd/system/tinyserv.service")) {
            findings.ok("by systemd, tinyserv.service");
        } else if (crontab(patient).stream().anyMatch(line -> line.endsWith("# tinyserv"))) {
            findings.ok("by crontab");
        } else {
            findings.warning("nothing starts tinyserv after a reboot", "`tinyserv-remote install` sees to it");
        }
    }

    private static List<String> crontab(Patient patient) {
        try {
            return Command.of("crontab", "-l")
                    .environment(patient.environment())
                    .within(LIMIT)
                    .collect()
                    .lines();
        } catch (CommandFailed e) {
            return List.of(); // no crontab, or no cron
        }
    }
}
