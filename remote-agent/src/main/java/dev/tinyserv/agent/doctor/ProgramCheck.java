package dev.tinyserv.agent.doctor;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.release.ReleaseFile;
import dev.tinyserv.buildpacks.buildpack.Buildpack;
import dev.tinyserv.buildpacks.process.Program;
import dev.tinyserv.buildpacks.runtime.Runtimes;
import dev.tinyserv.buildpacks.runtime.Tool;
import dev.tinyserv.buildpacks.runtime.Toolchain;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The programs that tinyserv runs are installed, and those of the languages in use. */
final class ProgramCheck implements Check {
    private static final List<String> OURS = List.of("sh", "setsid", "env", "mv", "date", "sleep");
    private static final int MOST_APPS = 5;

    private final List<Buildpack> buildpacks;

    ProgramCheck(List<Buildpack> buildpacks) {
        this.buildpacks = List.copyOf(buildpacks);
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
        List<String> whole = new ArrayList<>();
        boolean complete = lookAtLanguages(patient, findings, whole);
        if (missing.isEmpty() && complete) {
            findings.ok(whole.isEmpty() ? "all there" : "all there, also " + String.join(", ", whole));
        }
    }

    private static List<String> missing(Patient patient, List<String> programs) {
        return programs.stream()
                .filter(program -> Program.find(program, patient.environment()).isEmpty())
                .toList();
    }

    /**
     * Tells which languages in use lack tools.
     *
     * @param whole takes the languages that have all their tools
     * @return whether every language in use does
     */
    private boolean lookAtLanguages(Patient patient, Findings findings, List<String> whole) {
        Map<String, List<String>> users = users(patient);
        Runtimes runtimes = new Runtimes(patient.environment());
        boolean complete = true;
        for (Buildpack buildpack : buildpacks) {
            Optional<Toolchain> toolchain = buildpack.toolchain();
            List<String> apps = users.getOrDefault(buildpack.name(), List.of());
            if (toolchain.isEmpty() || apps.isEmpty()) {
                continue;
            }
            List<String> missing = missing(toolchain.get(), runtimes);
            if (missing.isEmpty()) {
                whole.add(toolchain.get().language());
            } else {
                complete = false;
                findings.problem(
                        String.join(", ", missing) + " not found on PATH, which the apps "
                                + String.join(", ", apps.subList(0, Math.min(MOST_APPS, apps.size()))) + " need",
                        toolchain.get().remedy());
            }
        }
        return complete;
    }

    private static List<String> missing(Toolchain toolchain, Runtimes runtimes) {
        return toolchain.tools().stream()
                .filter(tool -> !tool.optional() && !runtimes.has(toolchain.runtime(), tool))
                .map(Tool::program)
                .toList();
    }

    /** The apps whose current release a buildpack has built, by its name. */
    private static Map<String, List<String>> users(Patient patient) {
        Map<String, List<String>> users = new HashMap<>();
        for (AppName app : AppNames.under(patient.layout())) {
            for (String buildpack : buildpacksOf(patient, app)) {
                users.computeIfAbsent(buildpack, name -> new ArrayList<>()).add(app.value());
            }
        }
        return users;
    }

    private static List<String> buildpacksOf(Patient patient, AppName app) {
        return KeptFiles.quietly(patient.layout().currentRelease(app), ReleaseFile.class).stream()
                .map(file -> file.release().slug())
                .filter(Objects::nonNull)
                .flatMap(slug -> List.of(slug.buildpack().split(", ", -1)).stream())
                .toList();
    }
}
