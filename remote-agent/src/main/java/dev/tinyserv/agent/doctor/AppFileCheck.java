package dev.tinyserv.agent.doctor;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.AppState;
import dev.tinyserv.agent.build.Slug;
import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.agent.git.BranchTip;
import dev.tinyserv.agent.release.Release;
import dev.tinyserv.agent.release.ReleaseFile;
import dev.tinyserv.agent.store.JsonStore;
import dev.tinyserv.buildpacks.base.Sizes;
import dev.tinyserv.buildpacks.source.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** The files that are kept of an app can be read and fit together: state, release, build, branch, log. */
record AppFileCheck(AppName app) implements Check {
    private static final int MOST_EARLIER = 100;

    @Override
    public void look(Patient patient, Findings findings) {
        KeptFiles kept = new KeptFiles(patient.layout(), app, findings);
        Path pointer = patient.layout().currentRelease(app);
        if (Files.notExists(pointer)) {
            findings.problem(pointer + " is missing", kept.remedyOfCurrent());
        }
        Optional<Release> current =
                kept.read(pointer, ReleaseFile.class, kept::remedyOfCurrent).map(ReleaseFile::release);
        Optional<AppState> state = kept.read(
                patient.layout().app(app),
                AppState.class,
                () -> (current.isPresent() ? "" : "mend " + pointer + " first; then ")
                        + "`tinyserv-remote restart` writes it anew, as that of an app that is up");
        if (state.isPresent() && current.isPresent()) {
            lookAtRelease(patient, current.get(), findings);
        }
        if (current.isPresent()) {
            lookAtHistory(patient, current.get(), kept);
            lookAtEarlier(patient, current.get(), kept);
            lookForGaps(patient, current.get(), findings);
        }
        lookAtLog(patient, findings);
    }

    private void lookAtRelease(Patient patient, Release release, Findings findings) {
        Layout layout = patient.layout();
        Slug slug = release.slug();
        if (slug != null && !Files.isDirectory(layout.slug(app, slug.id()))) {
            findings.problem(
                    "the build of " + release.name() + ", " + layout.slug(app, slug.id()) + ", is missing",
                    "`tinyserv redeploy -a " + app + "` builds it again");
        }
        if (!Files.isDirectory(layout.repository(app))) {
            findings.problem(layout.repository(app) + " is missing", "restore it from a backup");
            return;
        }
        lookAtBranch(patient, release, findings);
    }

    /**
     * Warns of a branch that the last push did not move. A branch that is neither at the release nor where it was
     * before that push was moved by later pushes.
     */
    private void lookAtBranch(Patient patient, Release current, Findings findings) {
        Optional<String> tip = BranchTip.of(patient.layout().repository(app));
        if (current.commit() == null || tip.equals(Optional.of(current.commit()))) {
            return;
        }
        new KeptFiles(patient.layout(), app, findings)
                .lastPush(patient.clock())
                .filter(push -> !tip.equals(Optional.ofNullable(push.commit())))
                .filter(push -> tip.isEmpty() || tip.get().equals(push.making().branchWas()))
                .ifPresent(push -> findings.warning(
                        push.name() + " is of commit " + push.commit() + ", but the branch is at " + tip.orElse("none"),
                        "`tinyserv-remote restart` moves the branch"));
    }

    /**
     * The current release lies in two files. A newer release that is pending is under way if an agent runs; else it was
     * cut off.
     */
    private void lookAtHistory(Patient patient, Release current, KeptFiles kept) {
        Path own = patient.layout().release(app, current.version());
        String copy = KeptFiles.copy(patient.layout().currentRelease(app), own);
        if (Files.notExists(own)) {
            kept.findings().problem(own + " is missing", copy);
        }
        kept.read(own, ReleaseFile.class, () -> copy);
        for (int version = current.version() + 1; Files.exists(patient.layout().release(app, version)); version++) {
            boolean pending = kept.read(
                            patient.layout().release(app, version),
                            ReleaseFile.class,
                            () -> "delete it: it never went live")
                    .filter(file -> file.status() == Release.Status.PENDING)
                    .isPresent();
            if (pending && patient.live().isEmpty()) {
                kept.findings().warning("v" + version + " was cut off half way", "the next start notes that it failed");
            }
        }
    }

    /** Looks at the releases that may need their builds: while such a one cannot be read, no build is deleted. */
    private void lookAtEarlier(Patient patient, Release current, KeptFiles kept) {
        int oldest = Math.max(1, current.version() - MOST_EARLIER);
        for (int version = current.version() - 1; version >= oldest; version--) {
            kept.read(
                    patient.layout().release(app, version),
                    ReleaseFile.class,
                    () -> "restore it from a backup: until then `rollback` does not find it, and builds of " + app
                            + " that nobody needs may stay");
        }
    }

    /** Looks for missing releases: none is ever deleted while its app exists. */
    private void lookForGaps(Patient patient, Release current, Findings findings) {
        List<Path> lost = IntStream.range(1, current.version())
                .mapToObj(version -> patient.layout().release(app, version))
                .filter(Files::notExists)
                .toList();
        if (!lost.isEmpty()) {
            findings.warning(
                    (lost.size() == 1
                                    ? lost.get(0) + " is"
                                    : lost.size() + " files of earlier releases, from " + lost.get(0) + " on, are")
                            + " missing",
                    "restore from a backup what `rollback` should find");
        }
    }

    private void lookAtLog(Patient patient, Findings findings) {
        Path folder = patient.layout().logs(app);
        long limit = patient.settings().log().logBytes();
        try {
            long bytes = 0;
            for (Path file : FileTree.entries(folder, "*")) {
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
