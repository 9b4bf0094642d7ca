package dev.tinyserv.agent.build;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.build.BuildRecord.Result;
import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.agent.store.JsonStore;
import dev.tinyserv.agent.store.OwnFile;
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
 * The last 20 builds of every app: {@code build-logs/APP/N.txt} holds what build N printed, {@code N.json} its result
 * once it has ended. Nothing is synced: the files are for people, and a push does not wait for them. Safe for several
 * threads.
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
    /** The number of each app's last build, also of one that is not kept; used with the app's lock held. */
    private final Map<AppName, Integer> lastNumbers = new ConcurrentHashMap<>();

    private final AppLocks locks = new AppLocks();

    BuildHistory(Layout layout, Clock clock) {
        this.layout = layout;
        this.clock = clock;
    }

    /**
     * Begins the record of a build, whose lines go on to the transcript. If it cannot be kept on disk, that is logged
     * and the build goes on; its number is still its own as long as this agent lives.
     */
    RecordedBuild begin(AppName app, String commit, Transcript transcript, Cancellation cancellation) {
        synchronized (locks.of(app)) {
            int number = lastNumbers.getOrDefault(app, 0) + 1;
            Writer output = null;
            try {
                List<Integer> kept = numbers(app);
                number = kept.isEmpty() ? number : Math.max(number, kept.get(0) + 1);
                output = open(app, number);
                sweep(app, kept);
            } catch (IOException e) {
                LOG.warn("build {} of {} is not kept in {}: {}", number, app, folder(app), JsonStore.reason(e));
            }
            lastNumbers.put(app, number);
            RecordedBuild build = new RecordedBuild(number, commit, clock, cancellation, transcript, output);
            running.computeIfAbsent(app, name -> new ArrayList<>()).add(build);
            return build;
        }
    }

    /** Opens the output of a build whose number is new; a record of that number is none of this build. */
    private Writer open(AppName app, int number) throws IOException {
        Files.createDirectories(folder(app), OwnFile.FOLDER_MODE);
        Files.deleteIfExists(record(app, number));
        return Files.newBufferedWriter(output(app, number), StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW);
    }

    /**
     * Ends the record of a build. A build whose output is not kept leaves no record either.
     *
     * @param slug the result; null if the build failed
     * @param reason why it failed; null if it did not
     */
    void end(AppName app, RecordedBuild build, @Nullable Slug slug, @Nullable String reason) {
        BuildRecord record = build.finish(slug, reason);
        synchronized (locks.of(app)) {
            running.computeIfPresent(app, (name, builds) -> {
                builds.remove(build);
                return builds.isEmpty() ? null : builds;
            });
        }
        if (!build.isKept()) {
            return;
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

    /**
     * The app's last builds, newest first.
     *
     * @throws Refusal if they cannot be listed
     */
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
     * Gives what a build printed to the consumer, line by line.
     *
     * @param number the build's number; 0 for the last build
     * @throws Refusal if there is no such build, or its output cannot be read
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

    /** The size in bytes of the slug of the last successful build that is kept; 0 if there is none. */
    long lastSize(AppName app) throws IOException {
        for (int number : numbers(app)) {
            BuildRecord build = one(app, number);
            if (build.result() == Result.SUCCEEDED) {
                return build.bytes();
            }
        }
        return 0;
    }

    /**
     * Cancels the app's builds that are under way or wait.
     *
     * @param why is shown to their pushers
     * @return the numbers of these builds
     */
    public List<Integer> cancel(AppName app, String why) {
        List<RecordedBuild> builds = underWay(app);
        builds.forEach(build -> build.cancel(why));
        return builds.stream().map(RecordedBuild::number).toList();
    }

    /** Deletes all that is kept of a destroyed app's builds. */
    void forget(AppName app) throws IOException {
        synchronized (locks.of(app)) {
            lastNumbers.remove(app);
        }
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

    /** The numbers of the app's kept builds, highest first. */
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
