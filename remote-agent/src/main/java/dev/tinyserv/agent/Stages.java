package dev.tinyserv.agent;

import dev.tinyserv.agent.app.Affinity;
import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.AppState;
import dev.tinyserv.agent.app.Endpoint;
import dev.tinyserv.agent.build.BuildPipeline;
import dev.tinyserv.agent.build.Languages;
import dev.tinyserv.agent.build.Slug;
import dev.tinyserv.agent.command.AgentStatus;
import dev.tinyserv.agent.command.Services;
import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.agent.deploy.DeploySettings;
import dev.tinyserv.agent.deploy.DeployStage;
import dev.tinyserv.agent.deploy.Deployer;
import dev.tinyserv.agent.deploy.DiskCleaning;
import dev.tinyserv.agent.deploy.Lifecycle;
import dev.tinyserv.agent.deploy.Operator;
import dev.tinyserv.agent.deploy.Restoration;
import dev.tinyserv.agent.doctor.Doctor;
import dev.tinyserv.agent.event.AppEvent;
import dev.tinyserv.agent.event.Event;
import dev.tinyserv.agent.event.Events;
import dev.tinyserv.agent.event.LogContext;
import dev.tinyserv.agent.git.BranchTip;
import dev.tinyserv.agent.git.GitServices;
import dev.tinyserv.agent.log.Logs;
import dev.tinyserv.agent.release.Release;
import dev.tinyserv.agent.release.Releases;
import dev.tinyserv.agent.route.control.RouterClient;
import dev.tinyserv.agent.route.table.AppRoute;
import dev.tinyserv.agent.route.table.RouteFiles;
import dev.tinyserv.agent.run.Supervisor;
import dev.tinyserv.agent.store.Apps;
import dev.tinyserv.agent.store.DurableFile;
import dev.tinyserv.agent.store.JsonStore;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.buildpack.Buildpacks;
import dev.tinyserv.buildpacks.buildpack.Site;
import dev.tinyserv.buildpacks.buildpack.classic.ClassicBuildpack;
import dev.tinyserv.buildpacks.process.Daemon;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes all stages of the pipeline, from left to right, and holds them until it is closed. */
final class Stages implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Stages.class);
    private static final Duration SWEEP_AFTER = Duration.ofSeconds(3);

    private static final Buildpacks BUILDPACKS = new Buildpacks(Languages.ALL, ClassicBuildpack::at);

    private final Events events = new Events();
    private final Layout layout;
    private final Clock clock;
    private final ExecutorService background = backgroundThreads();
    private final Apps apps;
    private final Logs logs;
    private final Releases releases;
    private final BuildPipeline pipeline;
    private final Supervisor supervisor;
    private final RouterClient router;
    private final DeployStage deploy;
    private final Deployer deployer;
    private final Operator operator;
    private final Restoration restoration;
    private final GitServices git;
    private final Lifecycle lifecycle;

    Stages(AgentSettings settings, Clock clock) {
        this.layout = settings.layout();
        this.clock = clock;
        JsonStore store = new JsonStore();
        this.apps = new Apps(settings.layout(), store);
        this.logs = new Logs(settings.log(), clock);
        events.listen(this::log);
        this.releases = new Releases(settings.layout(), store, clock);
        this.pipeline = new BuildPipeline(settings.build(), BUILDPACKS, events, clock, System.getenv());
        this.supervisor = supervisor(settings.deploy(), logs, events, clock);
        this.router = new RouterClient(settings.layout(), events);
        this.deploy =
                new DeployStage(settings.deploy(), apps, releases, pipeline, supervisor, router, events, background);
        this.deployer = deploy.deployer();
        this.operator = deploy.operator();
        this.restoration = deploy.restoration();
        this.git = GitServices.of(settings.git(), deployer, releases::commit, events);
        this.lifecycle = deploy.lifecycle(git.repositories(), clock);
    }

    /** Logs an event in its app's timeline. A destroyed app gets no last line, which would make its timeline anew. */
    private void log(Event event) {
        AppName app = event.app();
        if (app == null) {
            LOG.info("{}", event.text());
        } else if (event instanceof AppEvent.Destroyed) {
            LOG.info("{} {}", app, event.text());
            logs.forget(app);
        } else if (!event.text().isEmpty()) {
            logs.append(app, event.source(), event.part(), event.text());
        }
    }

    static Supervisor supervisor(DeploySettings settings, Logs logs, Events events, Clock clock) {
        return new Supervisor(settings, new JsonStore(), logs, events, clock);
    }

    /** Puts right what a killed predecessor left, and takes back the apps and the router that outlived it. */
    void recover() {
        sweepUnfinishedFiles();
        git.repositories().sweepUnfinished();
        pipeline.sweepLeftovers();
        supervisor.recover();
        logs.finishUnclaimed();
        apps.damaged().forEach(this::rebuild);
        List<AppRoute> routes =
                new ArrayList<>(apps.all().parallelStream().map(this::takeBack).toList());
        Stream.concat(apps.damaged().stream(), apps.unreadable().stream())
                .filter(app -> apps.find(app).isEmpty())
                .flatMap(app -> keptRoute(app).stream())
                .filter(route -> Collections.disjoint(route.ports(), apps.ports()))
                .forEach(routes::add);
        router.begin(routes);
    }

    /** The app's route by its release and its instances; an app whose files cannot be read stays routed as it was. */
    private AppRoute takeBack(AppState app) {
        List<Endpoint> targets = app.up() ? supervisor.endpoints(app.app()) : List.of();
        try {
            settle(app);
            Site site = app.up() ? releases.site(app.app()).orElse(null) : null;
            return AppRoute.of(app.app(), app.port(), targets, site, deploy.reasonOf(app))
                    .withAffinity(app.affinity());
        } catch (Refusal | UncheckedIOException e) {
            LOG.error("{} goes on as it is: {}", app.app(), e.getMessage());
            String reason = "the files of " + app.app() + " cannot be read; `tinyserv doctor` tells more";
            AppRoute unknown = AppRoute.of(app.app(), app.port(), targets, null, reason);
            return keptRoute(app.app())
                    .map(kept -> new AppRoute(app.app(), unknown.fronts(), targets, kept.otherwise()))
                    .orElse(unknown)
                    .withAffinity(app.affinity());
        }
    }

    /** The route in the app's file; empty without a file, or if the file cannot be read, which is logged. */
    private Optional<AppRoute> keptRoute(AppName app) {
        try {
            return new RouteFiles(layout.routes()).read(app).map(RouteFiles.Versioned::route);
        } catch (Refusal e) {
            LOG.error("the route of {} is lost: {}", app, e.getMessage());
            return Optional.empty();
        }
    }

    /**
     * Deletes unfinished files; only once this agent holds the root, and before it writes anything. Those of an app's
     * releases are deleted when the app is settled.
     */
    private void sweepUnfinishedFiles() {
        for (Path folder : List.of(
                layout.root(), layout.hostKeys(), layout.run(), layout.routes(), layout.apps(), layout.releases())) {
            try {
                List<String> unused = DurableFile.sweep(folder);
            } catch (IOException e) {
                LOG.warn("unfinished files in {} stay: {}", folder, JsonStore.reason(e));
            }
        }
    }

    /** Rebuilds a damaged desired state: the app is up and keeps its port, as it must neither go down nor move. */
    private void rebuild(AppName app) {
        try {
            Releases.Recovered recovered = releases.recovered(app, apps.ports());
            Release current = recovered.release();
            Release.Making making = current.making();
            Slug slug = current.slug();
            apps.put(new AppState(app, recovered.port(), true, making.at(), making.by())
                    .withBuild(build -> slug == null ? build : build.withRoot(slug.root()))
                    .withAffinity(keptRoute(app).map(AppRoute::affinity).orElse(Affinity.NONE)));
            events.publish(new AppEvent.Rebuilt(app, current.name()));
        } catch (Refusal e) {
            LOG.error("{} cannot be taken back: {}", app, e.getMessage());
        }
    }

    /**
     * Rolls the branch forward to a push that passed the commit point and whose ref could not be moved, also when its
     * release was followed by others. A branch at the current release's commit may stay there.
     */
    private void settle(AppState app) {
        releases.settle(app);
        String commit = releases.current(app.app()).commit();
        if (commit != null && !BranchTip.of(layout.repository(app.app())).equals(Optional.of(commit))) {
            releases.lastPush(app.app()).ifPresent(push -> rollForward(push));
        }
    }

    private void rollForward(Release push) {
        String commit = push.commit();
        if (commit != null) {
            git.repositories().rollForward(push.app(), commit, push.making().branchWas());
        }
    }

    /** Deletes what a killed predecessor left and nobody sees, 3 s from now, so that no start waits for it. */
    void sweepUnusedLater() {
        CompletableFuture.delayedExecutor(SWEEP_AFTER.toMillis(), TimeUnit.MILLISECONDS, background)
                .execute(this::sweepUnused);
    }

    private void sweepUnused() {
        git.repositories().sweepUnused();
        for (AppState app : apps.all()) {
            if (background.isShutdown()) {
                return;
            }
            LogContext.about(app.app(), () -> operator.sweep(app.app())).run();
        }
    }

    Services services(Supplier<AgentStatus> status, Doctor doctor, Runnable endApps) {
        DiskCleaning cleaning = deploy.cleaning(git.repositories());
        return new Services(
                new Services.Applications(apps, lifecycle, operator, pipeline.deployKeys()),
                new Services.Deploys(deployer, releases, git),
                new Services.Builds(pipeline.history(), BUILDPACKS),
                new Services.Running(supervisor, logs),
                new Services.Server(status, doctor, cleaning, endApps, clock));
    }

    Events events() {
        return events;
    }

    Apps apps() {
        return apps;
    }

    Supervisor supervisor() {
        return supervisor;
    }

    RouterClient router() {
        return router;
    }

    Restoration restoration() {
        return restoration;
    }

    private static ExecutorService backgroundThreads() {
        return Executors.newCachedThreadPool(Daemon.numbered("background-"));
    }

    /** Ends all stages after at most 2 s for background work; apps and router go on. */
    @Override
    public void close() {
        background.shutdown();
        try {
            if (!background.awaitTermination(2, TimeUnit.SECONDS)) {
                LOG.info("replaced instances that still drain are ended after the next start");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        supervisor.close();
        router.close();
        git.close();
        logs.close();
    }
}
