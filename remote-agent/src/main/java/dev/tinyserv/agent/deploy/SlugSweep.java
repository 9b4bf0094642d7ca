package dev.tinyserv.agent.deploy;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.build.BuildPipeline;
import dev.tinyserv.agent.release.Release;
import dev.tinyserv.agent.release.Releases;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Deletes built trees beyond the kept number: never the current one, nor one that no release has named yet. */
final class SlugSweep {
    private final Releases releases;
    private final BuildPipeline pipeline;
    private final int kept;

    SlugSweep(Releases releases, BuildPipeline pipeline, int kept) {
        this.releases = releases;
        this.pipeline = pipeline;
        this.kept = kept;
    }

    /** Deletes what releases name and nobody needs; what is being built or deployed now is not named yet. */
    void sweep(AppName app) {
        List<Release> history = releases.newest(app, Integer.MAX_VALUE);
        Set<String> keep = keptOf(app, history);
        Set<String> named = new LinkedHashSet<>();
        for (Release release : history) {
            if (release.slug() != null && release.status() != Release.Status.PENDING) {
                named.add(release.slug());
            }
        }
        named.removeAll(keep);
        named.forEach(slug -> pipeline.discard(app, slug));
    }

    /** Deletes everything but what is kept, what is being built and what was built a short time ago; in the app's turn. */
    void sweepAll(AppName app) {
        pipeline.sweep(app, keptOf(app, releases.newest(app, Integer.MAX_VALUE)));
    }

    /** What {@link #sweepAll} would delete. */
    List<Path> unneeded(AppName app) {
        return pipeline.unneeded(app, keptOf(app, releases.newest(app, Integer.MAX_VALUE)));
    }

    private Set<String> keptOf(AppName app, List<Release> newestFirst) {
        Set<String> keep = new LinkedHashSet<>();
        for (Release release : newestFirst) {
            if (keep.size() < kept && release.status() == Release.Status.LIVE && release.slug() != null) {
                keep.add(release.slug());
            }
        }
        Set<String> all = new HashSet<>(keep);
        String current = releases.current(app).slug();
        if (current != null) {
            all.add(current);
        }
        newestFirst.stream()
                .filter(release -> release.status() == Release.Status.PENDING && release.slug() != null)
                .forEach(release -> all.add(String.valueOf(release.slug())));
        return all;
    }
}
