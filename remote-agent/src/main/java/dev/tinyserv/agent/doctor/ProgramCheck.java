package dev.tinyserv.agent.doctor;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.release.Release;
import dev.tinyserv.agent.store.JsonStore;
import dev.tinyserv.buildpacks.Refusal;
import dev.tinyserv.buildpacks.process.Program;
import java.util.List;

/** The programs that we and the builds in use run are there. */
final class ProgramCheck implements Check {
    private static final List<String> OURS = List.of("sh", "setsid", "env", "mv", "date", "sleep");
    private static final List<String> NODE = List.of("node", "npm");

    private final JsonStore store = new JsonStore();

    @Override
    public String area() {
        return "Programs";
    }

    @Override
    public void look(Patient patient, Findings findings) {
        List<String> missing = missing(patient, OURS);
        if (!missing.isEmpty()) {
            findings.problem(String.join(", ", missing) + " not found on PATH", "install coreutils and util-linux");
        }
        if (!missing(patient, List.of("fallocate")).isEmpty()) {
            findings.warning("fallocate not found on PATH, so a log line may be lost", "install util-linux");
        }
        List<String> needNode = AppNames.under(patient.layout()).stream()
                .filter(app -> isBuiltByNode(patient, app))
                .map(AppName::value)
                .toList();
        List<String> withoutNode = needNode.isEmpty() ? List.of() : missing(patient, NODE);
        if (!withoutNode.isEmpty()) {
            findings.problem(
                    String.join(", ", withoutNode) + " not found on PATH, which the apps "
                            + String.join(", ", needNode.subList(0, Math.min(5, needNode.size()))) + " need",
                    "install Node.js with npm");
        }
        if (missing.isEmpty() && withoutNode.isEmpty()) {
            findings.ok(needNode.isEmpty() ? "all there" : "all there, also Node.js");
        }
    }

    private static List<String> missing(Patient patient, List<String> programs) {
        return programs.stream()
                .filter(program -> Program.find(program, patient.environment()).isEmpty())
                .toList();
    }

    private boolean isBuiltByNode(Patient patient, AppName app) {
        try {
            return store.read(patient.layout().currentRelease(app), Release.class)
                    .map(Release::slug)
                    .filter(slug -> List.of(slug.buildpack().split(", ", -1)).contains("node"))
                    .isPresent();
        } catch (Refusal e) {
            return false; // told where the app is looked at
        }
    }
}
