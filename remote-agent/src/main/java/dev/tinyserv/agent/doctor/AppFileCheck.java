package dev.tinyserv.agent.doctor;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.AppState;
import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.agent.git.BranchTip;
import dev.tinyserv.agent.release.Release;
import dev.tinyserv.agent.store.JsonStore;
import dev.tinyserv.buildpacks.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What is kept of an app can be read and fits together: state, release, build, branch, log. */
record AppFileCheck(AppName app) implements Check {
    /** One for all: it learns each type anew, which takes longer than reading a file. */
    private static final JsonStore STORE = new JsonStore();

    @Override
    public String area() {
        return "App " + app;
    }

    @Override
    public void look(Patient patient, Findings findings) {
        Layout layout = patient.layout();
        try {
            Optional<AppState> state = STORE.read(layout.app(app), AppState.class);
            Optional<Release> current = STORE.read(layout.currentRelease(app), Release.class);
            if (current.isEmpty()) {
                findings.problem(
                        layout.currentRelease(app) + " is missing",
                        "copy the newest of " + layout.releases(app) + " there, then `tinyserv-remote restart`");
            } else if (state.isPresent()) {
                lookAtRelease(patient, state.get(), current.get(), findings);
                lookForPending(patient, current.get(), findings);
            }
        } catch (Refusal e) {
            findings.problem(e.getMessage(), "then `tinyserv-remote restart`");
        }
        lookAtLog(patient, findings);
    }

    private void lookAtRelease(Patient patient, AppState state, Release release, Findings findings) {
        Layout layout = patient.layout();
        String slug = release.slug();
        if (slug != null && !Files.isDirectory(layout.builds(app).resolve(slug))) {
            findings.problem(
                    "the build of " + release.name() + ", " + layout.builds(app).resolve(slug) + ", is missing",
                    "`tinyserv redeploy -a " + app + "` builds it again");
        }
        if (state.port() != release.port()) {
            findings.warning(
                    "apps/" + app + ".json names port " + state.port() + " and " + release.name() + " port "
                            + release.port(),
                    "`tinyserv redeploy -a " + app + "` makes them one");
        }
        if (!Files.isDirectory(layout.repository(app))) {
            findings.problem(layout.repository(app) + " is missing", "restore it from a backup");
            return;
        }
        Optional<String> tip = BranchTip.of(layout.repository(app));
        String commit = release.commit();
        if (release.cause() == Release.Cause.PUSH && commit != null && !tip.equals(Optional.of(commit))) {
            findings.warning(
                    release.name() + " is of commit " + commit + ", but the branch is at " + tip.orElse("none"),
                    "`tinyserv-remote restart` moves the branch");
        }
    }

    /** One that is under way is pending too; without an agent nothing is. */
    private void lookForPending(Patient patient, Release current, Findings findings) {
        if (patient.live().isPresent()) {
            return;
        }
        for (int version = current.version() + 1; Files.exists(patient.layout().release(app, version)); version++) {
            if (STORE.read(patient.layout().release(app, version), Release.class)
                    .filter(release -> release.status() == Release.Status.PENDING)
                    .isPresent()) {
                findings.warning("v" + version + " was cut off half way", "the next start notes that it failed");
            }
        }
    }

    private void lookAtLog(Patient patient, Findings findings) {
        Path folder = patient.layout().logs(app);
        long limit = patient.settings().logBytes();
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> all = files.toList();
            long bytes = 0;
            for (Path file : all) {
                bytes += Files.size(file);
            }
            if (bytes > limit + limit / 2) {
                findings.warning(
                        folder + " takes " + Sizes.of(bytes) + ", more than TINYSERV_LOG_SIZE=" + Sizes.of(limit),
                        "delete what is not ours in it");
            }
        } catch (NoSuchFileException e) {
            return; // nothing was logged yet, or a file went while we looked
        } catch (IOException e) {
            findings.problem("cannot read " + folder + ": " + JsonStore.reason(e), "see its owner and mode");
        }
    }
}
