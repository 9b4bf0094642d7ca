package dev.tinyserv.agent.doctor;

import dev.tinyserv.agent.store.JsonStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * The key by which clients know this server is on the disk: a running agent has it in memory, but the next agent needs
 * the file.
 */
final class HostKeyCheck implements Check {
    private static final String BEGIN = "-----BEGIN OPENSSH PRIVATE KEY-----";
    private static final String REMEDY =
            "restore it from a backup before the next start; with a new one every client will be told that it has changed";

    @Override
    public void look(Patient patient, Findings findings) {
        Path file = patient.layout().hostKey();
        try {
            if (Files.readString(file, StandardCharsets.ISO_8859_1).startsWith(BEGIN)) {
                findings.ok("there");
            } else {
                findings.problem(file + " is damaged", REMEDY);
            }
        } catch (NoSuchFileException e) {
            if (patient.live().isPresent() || !AppNames.under(patient.layout()).isEmpty()) {
                findings.problem(file + " is missing", REMEDY);
            } else {
                findings.ok("made at the first start");
            }
        } catch (IOException e) {
            findings.problem("cannot read " + file + ": " + JsonStore.reason(e), "see its owner and mode");
        }
    }
}
