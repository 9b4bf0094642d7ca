package dev.tinyserv.agent.deploy;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.build.BuildPipeline;
import dev.tinyserv.agent.build.Slug;
import dev.tinyserv.agent.release.Release;
import dev.tinyserv.agent.release.Releases;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Deletes slugs beyond the kept number: never the current one, nor one that no release has named yet. */
record SlugSweep(Releases releases, BuildPipeline pipeline, int kept) {
    /** Deletes the slugs that releases name and nobody needs. A slug of a deploy under way is not named yet. */
    void sweep(AppName app) {
        List<Release> history = releases.newest(app, Integer.MAX_VALUE);
        Set<String> keep = keptOf(app, history);
        Set<String> named = new LinkedHashSet<>();
        for (Release release : history) {
            if (release.status() != Release.Status.PENDING) {
                slug(release).ifPresent(named::add);
            }
        }
        named.removeAll(keep);
        named.forEach(slug -> pipeline.discard(app, slug));
    }

    /** Deletes all slugs but those kept, being built, or built a short time ago. In the app's turn. */
    void sweepAll(AppName app) {
        pipeline.sweep(app, keptOf(app, releases.newest(app, Integer.MAX_VALUE)));
    }

    /** The slugs that {@link #sweepAll} would delete. */
    List<Path> unneeded(AppName app) {
        return pipeline.unneeded(app, keptOf(app, releases.newest(app, Integer.MAX_VALUE)));
    }

    private Set<String> keptOf(AppName app, List<Release> newestFirst) {
        Set<String> keep = new LinkedHashSet<>();
        for (Release release : newestFirst) {
            if (keep.size() < kept && release.status() == Release.Status.LIVE) {
                slug(release).ifPresent(keep::add);
            }
        }
        Set<String> all = new HashSet<>(keep);
        slug(releases.current(app)).ifPresent(all::add);
        newestFirst.stream()
                .filter(release -> release.status() == Release.Status.PENDING)
                .forEach(release -> slug(release).ifPresent(all::add));
        return all;
    }

    private static Optional<String> slug(Release release) {
        return Optional.ofNullable(release.slug()).map(Slug::id);
    }
}
