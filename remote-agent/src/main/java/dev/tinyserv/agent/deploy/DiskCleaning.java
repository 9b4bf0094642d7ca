package dev.tinyserv.agent.deploy;

import dev.tinyserv.agent.app.Account;
import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.build.BuildPipeline;
import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.agent.git.GitReceiver;
import dev.tinyserv.agent.store.Apps;
import dev.tinyserv.agent.store.TreeSize;
import dev.tinyserv.buildpacks.process.Cancellation;
import dev.tinyserv.buildpacks.process.Transcript;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Frees what can be freed on the disk without loss: what no ref, no release and no later build needs. It asks nothing of
 * the disk first, so it works on a full one. Safe for several threads.
 */
public final class DiskCleaning {
    private final Layout layout;
    private final Deployer deployer;
    private final Apps apps;
    private final GitReceiver git;
    private final BuildPipeline pipeline;

    /**
     * What was freed, or would be.
     *
     * @param app the app's name; {@code -} for what belongs to none
     * @param what {@code repository}, {@code builds}, {@code cache} or {@code leftovers}
     * @param bytes how much, as near as can be told
     */
    public record Freed(String app, String what, long bytes) {}

    /** A cleaning that waits in the same queues as the deployer. */
    public DiskCleaning(Layout layout, Deployer deployer, Apps apps, GitReceiver git, BuildPipeline pipeline) {
        this.layout = layout;
        this.deployer = deployer;
        this.apps = apps;
        this.git = git;
        this.pipeline = pipeline;
    }

    /**
     * Cleans one app: garbage of its repository, builds beyond those that are kept, and a cache that no build has used
     * for a month.
     *
     * @param dryRun whether nothing is deleted
     * @param transcript is told what is in use, and stays
     */
    public List<Freed> of(AppName app, Account by, boolean dryRun, Transcript transcript, Cancellation cancellation) {
        by.requireAdmin("clean the disk");
        apps.get(app);
        List<Freed> freed = new ArrayList<>();
        note(freed, app.value(), "repository", repository(app, dryRun, transcript));
        DeployQueue.Turn turn =
                deployer.queue().enter(app, "the cleaning of the disk by " + by.name(), transcript, cancellation);
        try (turn) {
            if (apps.find(app).isPresent()) {
                note(freed, app.value(), "builds", builds(app, dryRun));
            }
        }
        note(freed, app.value(), "cache", pipeline.deleteUnusedCache(app, dryRun));
        return freed;
    }

    /** Cleans up after apps and builds that are not there any more; never what may hold somebody's work. */
    public List<Freed> ofDestroyed(Account by, boolean dryRun, Transcript transcript, Cancellation cancellation) {
        by.requireAdmin("clean the disk");
        List<Freed> freed = new ArrayList<>();
        for (AppName app : withoutApp()) {
            DeployQueue.Turn turn =
                    deployer.queue().enter(app, "the cleaning of the disk by " + by.name(), transcript, cancellation);
            try (turn) {
                if (isGone(app)) {
                    note(freed, app.value(), "leftovers", leftovers(app, dryRun));
                }
            }
        }
        note(freed, "-", "leftovers", pipeline.deleteLeft(dryRun));
        return freed;
    }

    private long repository(AppName app, boolean dryRun, Transcript transcript) {
        if (!git.exists(app)) {
            return 0;
        }
        OptionalLong bytes = dryRun ? git.garbageBytes(app) : git.clean(app);
        if (bytes.isEmpty()) {
            transcript.line("the repository of " + app + " is in use and stays as it is; try again later");
        }
        return bytes.orElse(0);
    }

    private long builds(AppName app, boolean dryRun) {
        if (dryRun) {
            return deployer.sweep().unneeded(app).stream()
                    .mapToLong(TreeSize::of)
                    .sum();
        }
        long before = TreeSize.of(layout.builds(app));
        deployer.sweep().sweepAll(app);
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

    private Set<AppName> withoutApp() {
        Set<AppName> gone = new TreeSet<>(Comparator.comparing(AppName::value));
        for (Path folder : List.of(layout.builds(), layout.caches(), layout.buildLogs())) {
            for (String name : names(folder)) {
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

    private static List<String> names(Path folder) {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            entries.forEach(entry -> names.add(String.valueOf(entry.getFileName())));
        } catch (NoSuchFileException e) {
            return names;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + folder, e);
        }
        return names;
    }

    private static void note(List<Freed> freed, String app, String what, long bytes) {
        if (bytes > 0) {
            freed.add(new Freed(app, what, bytes));
        }
    }
}
