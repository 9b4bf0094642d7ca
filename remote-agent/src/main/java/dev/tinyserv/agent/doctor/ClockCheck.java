package dev.tinyserv.agent.doctor;

import dev.tinyserv.agent.app.AppName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;

/** The clock shows a time that is possible, and has not gone back behind a release. */
final class ClockCheck implements Check {
    private static final int FIRST_YEAR = 2025;
    private static final int LAST_YEAR = 2100;
    private static final Duration TOLERANCE = Duration.ofSeconds(10);
    private static final String REMEDY = "set it with an NTP service, such as systemd-timesyncd or chrony";

    @Override
    public void look(Patient patient, Findings findings) {
        Instant now = patient.clock().instant();
        int year = now.atZone(ZoneOffset.UTC).getYear();
        if (year < FIRST_YEAR || year > LAST_YEAR) {
            findings.problem("the clock of this machine shows the year " + year, REMEDY);
            return;
        }
        for (AppName app : AppNames.under(patient.layout())) {
            Instant written = lastChange(patient.layout().currentRelease(app));
            if (written.isAfter(now.plus(TOLERANCE))) {
                findings.problem(
                        "it is " + now + ", but the release of " + app + " was made at " + written
                                + ": the clock has gone back",
                        REMEDY);
                return;
            }
        }
        findings.ok("it is " + now);
    }

    /** The moment at which the release went live: the time of the file that makes it the current one. */
    private static Instant lastChange(Path file) {
        try {
            return Files.getLastModifiedTime(file).toInstant();
        } catch (IOException e) {
            return Instant.EPOCH; // AppFileCheck tells that the file is missing
        }
    }
}
