package dev.tinyserv.agent.doctor;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.agent.release.Release;
import dev.tinyserv.agent.release.ReleaseFile;
import dev.tinyserv.agent.release.Releases;
import dev.tinyserv.agent.store.Damaged;
import dev.tinyserv.agent.store.JsonStore;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.base.ShellWord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Reads the JSON files of one app; a file that cannot be read becomes a finding. */
record KeptFiles(Layout layout, AppName app, Findings findings) {
    /** One store for all checks: a new one would learn each type again, which takes longer than reading a file. */
    private static final JsonStore STORE = new JsonStore();

    /** The record in a file; empty if there is no file, or if it cannot be read, which becomes a finding. */
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

    /** How to get the file of the current release back: a copy of the newest release that went live is the same. */
    String remedyOfCurrent() {
        return newestLive()
                .map(file -> copy(file, layout.currentRelease(app)) + ", then `tinyserv-remote restart`")
                .orElse("restore it from a backup, then `tinyserv-remote restart`");
    }

    /** The command that copies a file, as a remedy. */
    static String copy(Path from, Path to) {
        return "`cp -p " + ShellWord.of(from.toString()) + " " + ShellWord.of(to.toString()) + "`";
    }

    private Optional<Path> newestLive() {
        try (Stream<Path> files = Files.list(layout.releases(app))) {
            return files.flatMap(file -> quietly(file, ReleaseFile.class).map(ReleaseFile::release).stream())
                    .filter(release -> release.status() == Release.Status.LIVE)
                    .max(Comparator.comparingInt(Release::version))
                    .map(release -> layout.release(app, release.version()));
        } catch (IOException | UncheckedIOException e) {
            return Optional.empty(); // no release can be copied
        }
    }

    /** The record in a file; empty if there is none, or it cannot be read, which {@link AppFileCheck} tells. */
    static <T> Optional<T> quietly(Path file, Class<T> type) {
        try {
            return STORE.read(file, type);
        } catch (Refusal e) {
            return Optional.empty();
        }
    }
}
