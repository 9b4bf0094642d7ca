package dev.tinyserv.agent.doctor;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.agent.release.Release;
import dev.tinyserv.agent.release.ReleaseFile;
import dev.tinyserv.agent.release.Releases;
import dev.tinyserv.agent.store.Damaged;
import dev.tinyserv.agent.store.JsonStore;
import dev.tinyserv.buildpacks.base.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The JSON files of one app; what cannot be read of them becomes a finding. */
record KeptFiles(Layout layout, AppName app, Findings findings) {
    /** One for all: it learns each type anew, which takes longer than reading a file. */
    private static final JsonStore STORE = new JsonStore();

    /** What a file holds; empty if it is not there, or if it cannot be read, which is then written down. */
    <T> Optional<T> read(Path file, Class<T> type, Supplier<String> remedy) {
        try {
            return STORE.read(file, type);
        } catch (Damaged e) {
            findings.problem(e.what(), remedy.get());
        } catch (Refusal e) {
            findings.problem(e.getMessage(), "see its owner and mode");
        }
        return Optional.empty();
    }

    /** The newest release that a push made live; empty if there is none, or it cannot be read. */
    Optional<Release> lastPush(Clock clock) {
        return new Releases(layout, STORE, clock).lastPush(app);
    }

    /** How the file that names the current release is got back: the newest that went live is the same. */
    String remedyOfCurrent() {
        return newestLive()
                .map(file -> "`cp -p " + file + " " + layout.currentRelease(app) + "`, then `tinyserv-remote restart`")
                .orElse("restore it from a backup, then `tinyserv-remote restart`");
    }

    private Optional<Path> newestLive() {
        try (Stream<Path> files = Files.list(layout.releases(app))) {
            return files.flatMap(file -> quietly(file, ReleaseFile.class).map(ReleaseFile::release).stream())
                    .filter(release -> release.status() == Release.Status.LIVE)
                    .max(Comparator.comparingInt(Release::version))
                    .map(release -> layout.release(app, release.version()));
        } catch (IOException e) {
            return Optional.empty(); // then there is none to copy
        }
    }

    /** What a file holds; empty if it is not there or cannot be read, which is told where the app's files are looked at. */
    static <T> Optional<T> quietly(Path file, Class<T> type) {
        try {
            return STORE.read(file, type);
        } catch (Refusal e) {
            return Optional.empty();
        }
    }
}
