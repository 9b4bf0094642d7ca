package dev.tinyserv.agent.build;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.buildpacks.process.PrivateView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What builds see of the server's root: their own folders, and nothing of other apps or of the agent. Where the machine
 * does not allow that, they see all of it, and {@code doctor} says so. Safe for use by several threads.
 */
public final class BuildView {
    private static final Logger LOG = LoggerFactory.getLogger(BuildView.class);

    private static final Duration AGAIN = Duration.ofMinutes(5);

    private final Layout layout;
    private boolean possible;
    private @Nullable Instant failed;

    /** Of the root of this layout. */
    public BuildView(Layout layout) {
        this.layout = layout;
    }

    /** Whether other apps' files can be hidden; tried out until it was possible once, and not too often. */
    public synchronized boolean isPossible() {
        Instant now = Instant.now();
        if (possible || (failed != null && now.isBefore(failed.plus(AGAIN)))) {
            return possible;
        }
        try {
            possible = PrivateView.isPossible(Files.createDirectories(layout.temporary()));
        } catch (IOException e) {
            LOG.warn("whether builds can have views of their own cannot be tried in {}", layout.temporary(), e);
        }
        if (!possible) {
            failed = now;
            LOG.info("builds see the files of all apps: this machine lets them have no mounts of their own");
        }
        return possible;
    }

    /**
     * What starts the programs of a build; empty where nothing can be hidden.
     *
     * @param tree the build's folder
     */
    List<String> launcher(AppName app, Path tree, BuildTraces.Trace trace) throws IOException {
        if (!isPossible()) {
            return List.of();
        }
        Path root = layout.root().toRealPath();
        Path stage = Files.createDirectories(trace.stage()).toRealPath();
        return new PrivateView(
                        root,
                        Stream.of(
                                        layout.settingsFile(),
                                        layout.authorizedKeys(),
                                        layout.hostKeys(),
                                        layout.apps(),
                                        layout.repositories(),
                                        layout.builds(),
                                        layout.caches(),
                                        layout.releases(),
                                        layout.deployKeys(),
                                        layout.run(),
                                        layout.logs(),
                                        layout.buildLogs(),
                                        layout.data(app).resolveSibling(""))
                                .map(path -> path.getFileName().toString())
                                .toList(),
                        Stream.of(tree, layout.cache(app), trace.temporary(), layout.data(app))
                                .map(path -> layout.root().relativize(path))
                                .toList(),
                        stage)
                .launcher();
    }
}
