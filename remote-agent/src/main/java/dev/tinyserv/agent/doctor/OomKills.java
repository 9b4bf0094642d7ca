package dev.tinyserv.agent.doctor;

import dev.tinyserv.agent.store.JsonStore;
import dev.tinyserv.buildpacks.process.Command;
import dev.tinyserv.buildpacks.process.CommandFailed;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Processes that the kernel ended since the boot because memory ran out. The kernel's counter tells how many there
 * were. Only its log names them, which not every user may read.
 */
record OomKills(Patient patient) {
    private static final Pattern KILLED = Pattern.compile("[Kk]illed process (\\d+) \\(([^)]*)\\).*UID:(\\d+)");
    private static final Duration LIMIT = Duration.ofSeconds(3);
    private static final String REMEDY =
            "`tinyserv logs` shows which app was ended by signal 9; give it less to do or" + " the machine more memory";

    void tell(Findings findings) {
        long kills = patient.kernel().field("proc/vmstat", "oom_kill ").orElse(0);
        if (kills == 0) {
            return;
        }
        Optional<List<String>> log = kernelLog();
        if (log.isEmpty()) {
            findings.warning(
                    "the kernel ended processes because memory ran out (" + kills
                            + " since the boot), but we may not see which",
                    REMEDY);
            return;
        }
        List<String> ours = killedOf(owner(), log.get());
        if (ours.isEmpty()) {
            findings.ok("the kernel ended processes because memory ran out (" + kills
                    + " since the boot), but none of ours");
        } else {
            findings.warning("memory ran out, and the kernel ended " + String.join(", ", ours), REMEDY);
        }
    }

    /** The names and pids of the processes of a user that the log names as ended; five at most. */
    static List<String> killedOf(int uid, List<String> log) {
        return log.stream()
                .map(KILLED::matcher)
                .filter(Matcher::find)
                .filter(match -> match.group(3).equals(Integer.toString(uid)))
                .map(match -> match.group(2) + " (pid " + match.group(1) + ")")
                .distinct()
                .limit(5)
                .toList();
    }

    private Optional<List<String>> kernelLog() {
        try {
            return Optional.of(Command.of("dmesg")
                    .environment(patient.environment())
                    .within(LIMIT)
                    .collect()
                    .lines());
        } catch (CommandFailed e) {
            return Optional.empty();
        }
    }

    private int owner() {
        try {
            return (int) Files.getAttribute(patient.layout().root(), "unix:uid");
        } catch (IOException e) {
            throw new dev.tinyserv.buildpacks.base.Refusal(
                    "cannot see who owns TINYSERV_ROOT: " + JsonStore.reason(e), e);
        }
    }
}
