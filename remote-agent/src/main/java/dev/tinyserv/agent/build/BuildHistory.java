package dev.tinyserv.agent.build;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.build.BuildRecord.Result;
import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.agent.store.JsonStore;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.process.Cancellation;
import dev.tinyserv.buildpacks.process.Transcript;
import dev.tinyserv.buildpacks.source.FileTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last builds of every app, {@code build-logs/APP/N.txt} with what was printed and {@code N.json} once it is over.
 * Nothing of it is synced: it is for people, and a push does not wait for it. Safe for use by several threads.
 */
public final class BuildHistory {
    private static final Logger LOG = LoggerFactory.getLogger(BuildHistory.class);
    private static final Pattern OUTPUT = Pattern.compile("([1-9][0-9]{0,8})\\.txt");
    private static final int KEPT = 20;

    private final Layout layout;
    private final Clock clock;
    private final JsonStore store = new JsonStore();
    /** Changed and read only with the app's lock held. */
    private final Map<AppName, List<RecordedBuild>> running = new ConcurrentHashMap<>();

    private final AppLocks locks = new AppLocks();

    BuildHistory(Layout layout, Clock clock) {
        this.layout = layout;
        this.clock = clock;
    }

    /** Begins the record of a build, whose lines go on to the transcript. */
    RecordedBuild begin(AppName app, String commit, Transcript transcript, Cancellation cancellation) {
        synchronized (locks.of(app)) {
            int number = 0;
            Writer output = null;
            try {
                List<Integer> numbers = numbers(app);
                number = numbers.isEmpty() ? 1 : numbers.get(0) + 1;
                Files.createDirectories(
                        folder(app),
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
                output = Files.newBufferedWriter(
                        output(app, number), StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW);
                sweep(app, numbers);
            } catch (IOException e) {
                LOG.warn("a build of {} is not kept in {}: {}", app, folder(app), JsonStore.reason(e));
            }
            RecordedBuild build = new RecordedBuild(number, commit, clock, cancellation, transcript, output);
            running.computeIfAbsent(app, name -> new ArrayList<>()).add(build);
            return build;
        }
    }

    /** Ends the record; a build without a slug was not done. */
    void end(AppName app, RecordedBuild build, @Nullable Slug slug, @Nullable String reason) {
        BuildRecord record = build.finish(slug, reason);
        synchronized (locks.of(app)) {
            running.computeIfPresent(app, (name, builds) -> {
                builds.remove(build);
                return builds.isEmpty() ? null : builds;
            });
        }
        Path file = record(app, build.number());
        Path unfinished = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.deleteIfExists(unfinished);
            Files.writeString(unfinished, store.format(record) + "\n", StandardOpenOption.CREATE_NEW);
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            LOG.warn("what became of build {} of {} is not kept: {}", build.number(), app, JsonStore.reason(e));
        }
    }

    /** The app's last builds, newest first. */
    public List<BuildRecord> newest(AppName app) {
        List<BuildRecord> found = new ArrayList<>();
        try {
            for (int number : numbers(app)) {
                found.add(one(app, number));
            }
        } catch (IOException e) {
            throw new Refusal("cannot list " + folder(app) + ": " + JsonStore.reason(e), e);
        }
        return found;
    }

    private BuildRecord one(AppName app, int number) throws IOException {
        Optional<RecordedBuild> now =
                underWay(app).stream().filter(build -> build.number() == number).findFirst();
        if (now.isPresent()) {
            return now.get().soFar();
        }
        try {
            Optional<BuildRecord> over = store.read(record(app, number), BuildRecord.class);
            if (over.isPresent()) {
                return over.get();
            }
        } catch (Refusal e) {
            LOG.warn("build {} of {} cannot be read: {}", number, app, e.getMessage());
        }
        Instant began = Files.getLastModifiedTime(output(app, number)).toInstant();
        return new BuildRecord(number, "", began, 0, Result.INTERRUPTED, null, null, 0, List.of());
    }

    /**
     * Hands on what a build printed, line by line.
     *
     * @param number the build's; 0 for the last one
     * @throws Refusal if there is no such build, or not any more
     */
    public void output(AppName app, int number, Consumer<String> lines) {
        try {
            List<Integer> numbers = numbers(app);
            if (numbers.isEmpty() || (number != 0 && !numbers.contains(number))) {
                throw new Refusal(
                        numbers.isEmpty()
                                ? app + " has no build yet; `git push tinyserv main` makes one"
                                : app + " has no build " + number + "; `builds` lists the last " + KEPT);
            }
            try (Stream<String> all = Files.lines(output(app, number == 0 ? numbers.get(0) : number))) {
                all.forEach(lines);
            }
        } catch (IOException e) {
            throw new Refusal("cannot read " + folder(app) + ": " + JsonStore.reason(e), e);
        } catch (UncheckedIOException e) {
            throw new Refusal("cannot read " + folder(app) + ": " + e.getMessage(), e);
        }
    }

    /** How much of the disk the result of the app's last successful build takes, in bytes; 0 if that is not known. */
    long lastSize(AppName app) throws IOException {
        for (int number : numbers(app)) {
            BuildRecord build = one(app, number);
            if (build.result() == Result.SUCCEEDED) {
                return build.bytes();
            }
        }
        return 0;
    }

    /** Cancels the builds of the app that are under way or wait; returns their numbers. */
    public List<Integer> cancel(AppName app, String why) {
        List<RecordedBuild> builds = underWay(app);
        builds.forEach(build -> build.cancel(why));
        return builds.stream().map(RecordedBuild::number).toList();
    }

    /** Deletes all that is kept of a destroyed app's builds. */
    void forget(AppName app) throws IOException {
        FileTree.delete(folder(app));
    }

    private List<RecordedBuild> underWay(AppName app) {
        synchronized (locks.of(app)) {
            return List.copyOf(running.getOrDefault(app, List.of()));
        }
    }

    private void sweep(AppName app, List<Integer> numbers) throws IOException {
        for (int old : numbers.subList(Math.min(KEPT - 1, numbers.size()), numbers.size())) {
            Files.deleteIfExists(record(app, old));
            Files.deleteIfExists(output(app, old));
        }
    }

    /** Highest first. */
    private List<Integer> numbers(AppName app) throws IOException {
        try {
            return FileTree.entries(folder(app), "*.txt").stream()
                    .map(file -> OUTPUT.matcher(file.getFileName().toString()))
                    .filter(Matcher::matches)
                    .map(name -> Integer.valueOf(name.group(1)))
                    .sorted(Collections.reverseOrder())
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    private Path folder(AppName app) {
        return layout.buildLogs(app);
    }

    private Path output(AppName app, int number) {
        return folder(app).resolve(number + ".txt");
    }

    private Path record(AppName app, int number) {
        return folder(app).resolve(number + ".json");
    }
}
