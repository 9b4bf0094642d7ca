package dev.tinyserv.agent.build;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.buildpacks.process.PrivateView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

    private final Layout layout;
    private @Nullable Boolean possible;

    /** Of the root of this layout. */
    public BuildView(Layout layout) {
        this.layout = layout;
    }

    /** Whether other apps' files can be hidden; tried out the first time. */
    public synchronized boolean isPossible() {
        Boolean known = possible;
        if (known != null) {
            return known;
        }
        boolean found = false;
        try {
            found = PrivateView.isPossible(Files.createDirectories(layout.temporary()));
        } catch (IOException e) {
            LOG.warn("whether builds can have views of their own cannot be tried in {}", layout.temporary(), e);
        }
        possible = found;
        return found;
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
        Path stage = Files.createDirectories(trace.stage());
        return new PrivateView(
                        root,
                        Stream.of(
                                        layout.settingsFile(),
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
