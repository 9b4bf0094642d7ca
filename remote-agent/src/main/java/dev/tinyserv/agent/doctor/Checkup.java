package dev.tinyserv.agent.doctor;

import dev.tinyserv.agent.doctor.Finding.Level;
import java.util.List;

/**
 * What an examination found.
 *
 * @param findings in the order of the checks
 */
public record Checkup(List<Finding> findings) {
    public Checkup {
        findings = List.copyOf(findings);
    }

    /** Whether there is a problem. */
    public boolean hasProblems() {
        return count(Level.PROBLEM) > 0;
    }

    /**
     * The numbers of problems and warnings, such as {@code 2 problems, 1 warning}; {@code all well} if there are none.
     */
    public String summary() {
        long problems = count(Level.PROBLEM);
        long warnings = count(Level.WARNING);
        if (problems == 0 && warnings == 0) {
            return "all well";
        }
        String text = problems == 0 ? "" : plural(problems, "problem");
        return warnings == 0 ? text : text + (text.isEmpty() ? "" : ", ") + plural(warnings, "warning");
    }

    private long count(Level level) {
        return findings.stream().filter(finding -> finding.level() == level).count();
    }

    private static String plural(long count, String word) {
        return count + " " + word + (count == 1 ? "" : "s");
    }
}
