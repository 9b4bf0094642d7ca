package dev.tinyserv.agent.doctor;

import dev.tinyserv.agent.store.JsonStore;
import dev.tinyserv.buildpacks.source.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** No file of ours was set aside because it could not be read. */
final class DamageCheck implements Check {
    @Override
    public void look(Patient patient, Findings findings) {
        int before = findings.all().size();
        for (Path folder : List.of(
                patient.layout().apps(),
                patient.layout().releases(),
                patient.layout().run(),
                patient.layout().instances())) {
            look(folder, findings);
        }
        if (findings.all().size() == before) {
            findings.ok("no file was set aside");
        }
    }

    private static void look(Path folder, Findings findings) {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try {
            for (Path file : FileTree.entries(folder, "*.{damaged,corrupt}")) {
                findings.warning(
                        file + " was set aside because it could not be read",
                        "what it was for goes on without it; look at it, then delete it");
            }
        } catch (IOException e) {
            findings.problem("cannot list " + folder + ": " + JsonStore.reason(e), "see its owner and mode");
        }
    }
}
