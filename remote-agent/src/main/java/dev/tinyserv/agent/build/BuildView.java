package dev.tinyserv.agent.build;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.agent.store.DurableFile;
import dev.tinyserv.agent.store.JsonStore;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.process.Isolation;
import dev.tinyserv.buildpacks.process.IsolationProbe;
import dev.tinyserv.buildpacks.process.PrivateView;
import dev.tinyserv.buildpacks.process.PrivateView.Rest;
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
 * What builds and release phases see of the server's root and of its processes: their own files and processes, and
 * nothing of other apps or of the agent. Where the machine does not allow that, they see more, and {@code doctor} says
 * so. Safe for several threads.
 */
public final class BuildView {
    private static final Logger LOG = LoggerFactory.getLogger(BuildView.class);

    private static final Duration AGAIN = Duration.ofMinutes(5);

    private final Layout layout;
    private Isolation isolation = Isolation.NONE;
    private @Nullable Instant tried;

    /** A view of this layout's root. */
    public BuildView(Layout layout) {
        this.layout = layout;
    }

    /**
     * What can be hidden from builds. Programs try it out, for 20 s at most, until everything could be hidden once, and
     * not more often than every 5 minutes; between these attempts the last result holds.
     */
    public synchronized Isolation isolation() {
        Instant now = Instant.now();
        if (isolation == Isolation.PROCESSES || (tried != null && now.isBefore(tried.plus(AGAIN)))) {
            return isolation;
        }
        tried = now;
        try {
            isolation = IsolationProbe.in(Files.createDirectories(layout.temporary()));
        } catch (IOException e) {
            LOG.warn("whether builds can have views of their own cannot be tried in {}", layout.temporary(), e);
        }
        if (isolation != Isolation.PROCESSES) {
            LOG.info(
                    "builds see {} of all apps: this machine lets them have no {} of their own",
                    isolation == Isolation.NONE ? "the files" : "the processes",
                    isolation == Isolation.NONE ? "mounts" : "processes");
        }
        return isolation;
    }

    /**
     * The command that starts the programs of a build; empty where nothing can be hidden.
     *
     * @param tree the build's folder
     */
    List<String> launcher(AppName app, Path tree, BuildTraces.Trace trace) throws IOException {
        return launcher(
                List.of(tree, layout.cache(app), trace.temporary(), layout.data(app)), trace.stage(), Rest.READ_ONLY);
    }

    /**
     * The command that starts the release phase of an app; empty where nothing can be hidden. The app itself runs
     * there, so root may still write to what lies outside TINYSERV_ROOT.
     *
     * @param slug the folder that the app runs in, or one above it
     * @param shim the file that starts the app, which it sees, too
     * @param id the instance's id
     * @throws IOException if the folder for the view cannot be made
     */
    public List<String> launcher(AppName app, Path slug, Path shim, String id) throws IOException {
        return launcher(List.of(slug, layout.data(app), shim), stage(id), Rest.WRITABLE);
    }

    /**
     * Deletes what is left of the view of a release phase that has ended.
     *
     * @param id the instance's id
     * @throws Refusal if it cannot be deleted
     */
    public void forget(String id) {
        try {
            Files.deleteIfExists(stage(id));
        } catch (IOException e) {
            throw new Refusal("cannot delete " + stage(id) + ": " + JsonStore.reason(e), e);
        }
    }

    private Path stage(String id) {
        return layout.temporary().resolve("build-of-" + id + ".view");
    }

    private List<String> launcher(List<Path> kept, Path stage, Rest rest) throws IOException {
        Isolation possible = isolation();
        if (possible == Isolation.NONE) {
            return List.of();
        }
        return new PrivateView(
                        layout.root().toRealPath(),
                        hidden(),
                        kept.stream()
                                .map(path -> layout.root().relativize(path))
                                .toList(),
                        Files.createDirectories(stage).toRealPath(),
                        possible,
                        rest)
                .launcher();
    }

    /** The names in the root that are hidden, and the beginning of those of their temporary copies. */
    private List<String> hidden() {
        return Stream.of(
                        layout.root().resolve(DurableFile.TEMPORARY_PREFIX),
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
                        layout.root().resolve("data"))
                .map(path -> path.getFileName().toString())
                .toList();
    }
}
