package dev.tinyserv.agent.deploy;

import dev.tinyserv.agent.app.Account;
import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.build.BuildPipeline;
import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.agent.git.Repositories;
import dev.tinyserv.agent.store.Apps;
import dev.tinyserv.agent.store.JsonStore;
import dev.tinyserv.agent.store.TreeSize;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.process.Cancellation;
import dev.tinyserv.buildpacks.process.Transcript;
import dev.tinyserv.buildpacks.source.FileTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Frees disk space without loss: what no ref, no release and no later build needs. Needs no free space to begin, so it
 * works on a full disk. Safe for several threads.
 */
public final class DiskCleaning {
    private static final Logger LOG = LoggerFactory.getLogger(DiskCleaning.class);

    private final Layout layout;
    private final DeployQueue queue;
    private final SlugSweep sweep;
    private final Apps apps;
    private final Repositories repositories;
    private final BuildPipeline pipeline;

    /**
     * What was freed, or would be.
     *
     * @param app the app's name; {@code -} for what belongs to none
     * @param what {@code repository}, {@code builds}, {@code cache} or {@code leftovers}
     * @param bytes about how many bytes
     */
    public record Freed(String app, String what, long bytes) {}

    DiskCleaning(
            Layout layout,
            DeployQueue queue,
            SlugSweep sweep,
            Apps apps,
            Repositories repositories,
            BuildPipeline pipeline) {
        this.layout = layout;
        this.queue = queue;
        this.sweep = sweep;
        this.apps = apps;
        this.repositories = repositories;
        this.pipeline = pipeline;
    }

    /**
     * What a cleaning came to.
     *
     * @param freed what was freed, or would be
     * @param problems one line for each part that could not be cleaned
     */
    public record Result(List<Freed> freed, List<String> problems) {
        public Result {
            freed = List.copyOf(freed);
            problems = List.copyOf(problems);
        }
    }

    /**
     * Cleans one app: garbage of its repository, builds beyond those that are kept, and a cache that no build has used
     * for a month. A part that fails is a problem of the result, and the others are cleaned.
     *
     * @param dryRun true to measure only and delete nothing
     * @param transcript is told which repository is in use and stays as it is
     */
    public Result of(AppName app, Account by, boolean dryRun, Transcript transcript, Cancellation cancellation) {
        by.requireAdmin("clean the disk");
        Parts parts = new Parts(cancellation);
        parts.clean(app.value(), "repository", () -> repository(app, dryRun, transcript));
        parts.clean(app.value(), "builds", () -> {
            DeployQueue.Turn turn = turn(app, by, transcript, cancellation);
            try (turn) {
                return apps.find(app).isPresent() ? builds(app, dryRun) : 0;
            }
        });
        parts.clean(app.value(), "cache", () -> pipeline.deleteUnusedCache(app, dryRun));
        return new Result(parts.freed, apps.find(app).isEmpty() ? List.of() : parts.problems);
    }

    /** Deletes what builds and destroyed apps left; never what may hold somebody's work. */
    public Result ofDestroyed(Account by, boolean dryRun, Transcript transcript, Cancellation cancellation) {
        by.requireAdmin("clean the disk");
        Parts parts = new Parts(cancellation);
        for (AppName app : withoutApp(parts.problems)) {
            parts.clean(app.value(), "leftovers", () -> {
                DeployQueue.Turn turn = turn(app, by, transcript, cancellation);
                try (turn) {
                    return isGone(app) ? leftovers(app, dryRun) : 0;
                }
            });
        }
        parts.clean("-", "leftovers", () -> pipeline.deleteLeft(dryRun));
        return new Result(parts.freed, parts.problems);
    }

    private DeployQueue.Turn turn(AppName app, Account by, Transcript transcript, Cancellation cancellation) {
        return queue.enter(app, "the cleaning of the disk by " + by.name(), transcript, cancellation);
    }

    /** What becomes of the parts of one cleaning, of which each is done whatever becomes of the others. */
    private record Parts(Cancellation cancellation, List<Freed> freed, List<String> problems) {
        Parts(Cancellation cancellation) {
            this(cancellation, new ArrayList<>(), new ArrayList<>());
        }

        void clean(String app, String what, LongSupplier cleaning) {
            try {
                long bytes = cleaning.getAsLong();
                if (bytes > 0) {
                    freed.add(new Freed(app, what, bytes));
                }
            } catch (RuntimeException e) {
                cancellation.check();
                LOG.warn("{} of {} could not be cleaned", what, app, e);
                problems.add(what + " of " + app + ": "
                        + (e instanceof Refusal || e instanceof UncheckedIOException ? e.getMessage() : e));
            }
        }
    }

    private long repository(AppName app, boolean dryRun, Transcript transcript) {
        if (!repositories.exists(app)) {
            return 0;
        }
        OptionalLong bytes = dryRun ? repositories.garbageBytes(app) : repositories.clean(app);
        if (bytes.isEmpty()) {
            transcript.line("the repository of " + app + " is in use and stays as it is; try again later");
        }
        return bytes.orElse(0);
    }

    private long builds(AppName app, boolean dryRun) {
        if (dryRun) {
            return sweep.unneeded(app).stream().mapToLong(TreeSize::of).sum();
        }
        long before = TreeSize.of(layout.builds(app));
        sweep.sweepAll(app);
        return before - TreeSize.of(layout.builds(app));
    }

    private long leftovers(AppName app, boolean dryRun) {
        long bytes = placesOf(app).mapToLong(TreeSize::of).sum();
        if (!dryRun) {
            pipeline.forget(app);
        }
        return bytes;
    }

    private Stream<Path> placesOf(AppName app) {
        return Stream.of(layout.builds(app), layout.cache(app), layout.buildLogs(app))
                .filter(Files::exists);
    }

    private Set<AppName> withoutApp(List<String> problems) {
        Set<AppName> gone = new TreeSet<>(Comparator.comparing(AppName::value));
        for (Path folder : List.of(layout.builds(), layout.caches(), layout.buildLogs())) {
            for (String name : names(folder, problems)) {
                if (AppName.isValid(name) && isGone(new AppName(name))) {
                    gone.add(new AppName(name));
                }
            }
        }
        return gone;
    }

    private boolean isGone(AppName app) {
        return apps.find(app).isEmpty()
                && Stream.of(layout.app(app), layout.repository(app), layout.releases(app), layout.currentRelease(app))
                        .noneMatch(Files::exists);
    }

    private static List<String> names(Path folder, List<String> problems) {
        try {
            return FileTree.entries(folder, "*").stream()
                    .map(entry -> String.valueOf(entry.getFileName()))
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            problems.add("cannot list " + folder + ": " + JsonStore.reason(e));
            return List.of();
        }
    }
}
