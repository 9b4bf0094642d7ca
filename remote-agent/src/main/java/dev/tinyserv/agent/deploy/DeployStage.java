package dev.tinyserv.agent.deploy;

import dev.tinyserv.agent.app.AppState;
import dev.tinyserv.agent.build.BuildPipeline;
import dev.tinyserv.agent.event.Events;
import dev.tinyserv.agent.git.Repositories;
import dev.tinyserv.agent.release.Releases;
import dev.tinyserv.agent.store.Apps;
import java.time.Clock;
import java.util.concurrent.Executor;

/** Wires the stage from release to deployment: all that change apps share one {@link DeployQueue}. */
public final class DeployStage {
    private final DeploySettings settings;
    private final Apps apps;
    private final Releases releases;
    private final BuildPipeline pipeline;
    private final Instances instances;
    private final Events events;
    private final DeployQueue queue = new DeployQueue();
    private final Routing routing;
    private final Retirement retirement;
    private final Rolling rolling;
    private final Rollout rollout;
    private final SlugSweep sweep;

    /**
     * A stage over the given ones.
     *
     * @param background runs what nobody waits for: changes of routes, and the end of replaced instances
     */
    public DeployStage(
            DeploySettings settings,
            Apps apps,
            Releases releases,
            BuildPipeline pipeline,
            Instances instances,
            Routes routes,
            Events events,
            Executor background) {
        this.settings = settings;
        this.apps = apps;
        this.releases = releases;
        this.pipeline = pipeline;
        this.instances = instances;
        this.events = events;
        this.routing = new Routing(apps, releases, instances, routes, events, background);
        this.retirement = new Retirement(instances, routes, routing, background, settings.drainTimeout());
        this.rolling = new Rolling(instances, routing, retirement);
        this.rollout = new Rollout(
                apps,
                releases,
                instances,
                routing,
                retirement,
                rolling,
                events,
                new Scripts(instances, settings.build().releaseTimeout()));
        this.sweep = new SlugSweep(releases, pipeline, settings.build().keepSlugs());
    }

    /** What makes releases go live. */
    public Deployer deployer() {
        return new Deployer(settings, apps, releases, pipeline, queue, rollout, sweep);
    }

    /** What starts, stops and scales apps. */
    public Operator operator() {
        return new Operator(queue, routing, rollout, sweep, apps, releases, instances, events);
    }

    /** What makes apps run as they should after a start of the agent. */
    public Restoration restoration() {
        return new Restoration(queue, routing, rolling, retirement, apps, releases, instances, events);
    }

    /** What creates and destroys apps. */
    public Lifecycle lifecycle(Repositories repositories, Clock clock) {
        AppFiles files = new AppFiles(settings.server().layout(), apps, repositories, releases, pipeline);
        return new Lifecycle(
                queue, apps, files, new FreePorts(settings.server(), apps, routing), routing, instances, events, clock);
    }

    /** What frees space on the disk. */
    public DiskCleaning cleaning(Repositories repositories) {
        return new DiskCleaning(settings.server().layout(), queue, sweep, apps, repositories, pipeline);
    }

    /** What clients read while the app has neither an instance nor a site that answers. */
    public String reasonOf(AppState app) {
        return routing.reason(app);
    }
}
