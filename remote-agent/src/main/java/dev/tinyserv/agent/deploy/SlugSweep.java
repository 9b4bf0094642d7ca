package dev.tinyserv.agent.deploy;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.build.BuildPipeline;
import dev.tinyserv.agent.build.Slug;
import dev.tinyserv.agent.release.Release;
import dev.tinyserv.agent.release.Releases;
import dev.tinyserv.buildpacks.base.Refusal;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes slugs beyond the kept number: never the current one, nor one that no release has named yet. */
record SlugSweep(Releases releases, BuildPipeline pipeline, int kept) {
    private static final Logger LOG = LoggerFactory.getLogger(SlugSweep.class);

    /**
     * Deletes the slugs that releases name and nobody needs. A slug of a deploy under way is not named yet. Nothing is
     * deleted, and the log says so, while a release that may need its slug cannot be read.
     */
    void sweep(AppName app) {
        Set<String> keep;
        try {
            keep = keptOf(app);
        } catch (Refusal e) {
            LOG.warn("builds of {} stay: {}", app, e.getMessage());
            return;
        }
        Set<String> named = new LinkedHashSet<>();
        for (Release release : releases.newest(app, Integer.MAX_VALUE)) {
            if (release.status() != Release.Status.PENDING) {
                slug(release).ifPresent(named::add);
            }
        }
        named.removeAll(keep);
        named.forEach(slug -> pipeline.discard(app, slug));
    }

    /**
     * Deletes all slugs but those kept, being built, or built a short time ago. In the app's turn.
     *
     * @throws Refusal if a release that may need its slug cannot be read; then nothing is deleted
     */
    void sweepAll(AppName app) {
        pipeline.sweep(app, keptOf(app));
    }

    /** The slugs that {@link #sweepAll} would delete; throws as that does. */
    List<Path> unneeded(AppName app) {
        return pipeline.unneeded(app, keptOf(app));
    }

    /**
     * Releases older than those that are kept need not be readable: so one that stays damaged holds up the sweeping for
     * as many further builds as are kept, and the disk stays bounded.
     */
    private Set<String> keptOf(AppName app) {
        Set<String> all = new HashSet<>();
        slug(releases.current(app)).ifPresent(all::add);
        releases.newestWithSlugs(app, kept).stream()
                .filter(release -> release.status() != Release.Status.FAILED)
                .forEach(release -> slug(release).ifPresent(all::add));
        return all;
    }

    private static Optional<String> slug(Release release) {
        return Optional.ofNullable(release.slug()).map(Slug::id);
    }
}
