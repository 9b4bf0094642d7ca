package dev.tinyserv.agent.route.table;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.tinyserv.agent.app.Affinity;
import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.Endpoint;
import dev.tinyserv.agent.store.DurableFile;
import dev.tinyserv.agent.store.JsonStore;
import dev.tinyserv.agent.store.OwnFile;
import dev.tinyserv.agent.store.UnchangedFiles;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.buildpack.Site;
import dev.tinyserv.buildpacks.source.FileTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The wanted routes, one file an app: {@code run/routes/NAME.json}. The agent writes an app's file before it tells the
 * router. The router reads that file, and all files when it starts. Links and invalid files are not read. For one
 * writer an app at a time, and any number of readers.
 */
public final class RouteFiles {
    private static final Logger LOG = LoggerFactory.getLogger(RouteFiles.class);
    private static final int SCHEMA = 1;
    private static final String SUFFIX = ".json";

    /**
     * The route in one file.
     *
     * @param version the number of the change that wrote the file; later changes have greater ones
     * @param route the app's route
     */
    public record Versioned(long version, AppRoute route) {}

    /** The form of a front: a port, or a host with a prefix. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record FrontForm(
            @Nullable Integer port,
            @Nullable String host,
            @Nullable String prefix) {
        static FrontForm of(Front front) {
            return front instanceof Front.Host host
                    ? new FrontForm(null, host.name(), host.prefix())
                    : new FrontForm(((Front.Port) front).number(), null, null);
        }

        /** The front; empty for a kind that only a later version knows. */
        Optional<Front> front() {
            if (port != null) {
                return Optional.of(new Front.Port(port));
            }
            return host == null ? Optional.empty() : Optional.of(new Front.Host(host, prefix == null ? "" : prefix));
        }
    }

    /** The content of a file. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Content(
            int schema,
            long version,
            AppName app,
            List<FrontForm> fronts,
            List<Endpoint> targets,
            @Nullable Site site,
            @Nullable String reason,
            @Nullable String affinity) {
        Content {
            if (schema != SCHEMA) {
                throw new IllegalArgumentException("not schema " + SCHEMA);
            }
            Objects.requireNonNull(app, "app");
            fronts = List.copyOf(Objects.requireNonNull(fronts, "fronts"));
            targets = List.copyOf(Objects.requireNonNull(targets, "targets"));
        }

        static Content of(long version, AppRoute route) {
            return new Content(
                    SCHEMA,
                    version,
                    route.app(),
                    route.fronts().stream().map(FrontForm::of).toList(),
                    route.targets(),
                    route.otherwise() instanceof Otherwise.Files files ? files.site() : null,
                    route.otherwise() instanceof Otherwise.Page page ? page.reason() : null,
                    route.affinity().key());
        }

        Versioned versioned() {
            targets.forEach(Target::new); // which refuses what cannot be reached
            Otherwise otherwise =
                    site == null ? new Otherwise.Page(reason == null ? "" : reason) : new Otherwise.Files(site);
            List<Front> known =
                    fronts.stream().flatMap(form -> form.front().stream()).toList();
            return new Versioned(version, new AppRoute(app, known, targets, otherwise, Affinity.named(affinity)));
        }
    }

    private final Path folder;
    private final JsonStore store = new JsonStore();
    private final UnchangedFiles<Optional<Versioned>> readBefore = new UnchangedFiles<>(Clock.systemUTC());

    /** The files in a folder, which is made with the first file. */
    public RouteFiles(Path folder) {
        this.folder = folder;
    }

    private Path file(AppName app) {
        return folder.resolve(app + SUFFIX);
    }

    /** Writes a route, durably. Throws a {@link Refusal} that names the file if that fails. */
    public void write(long version, AppRoute route) {
        makeFolder();
        store.write(file(route.app()), Content.of(version, route));
    }

    /**
     * As {@link #write}, but not durable. For thousands of routes at once when the agent starts, which it does again
     * after a power loss.
     */
    public void writeSoon(long version, AppRoute route) {
        makeFolder();
        Path file = file(route.app());
        try {
            String text = store.format(Content.of(version, route)) + "\n";
            DurableFile.replace(file, text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new Refusal("cannot write " + file + ": " + JsonStore.reason(e), e);
        }
    }

    private void makeFolder() {
        try {
            Files.createDirectories(folder, OwnFile.FOLDER_MODE);
        } catch (IOException e) {
            throw new Refusal("cannot make " + folder + ": " + JsonStore.reason(e), e);
        }
    }

    /** Deletes the file of a route, if there is one. */
    public void delete(AppName app) {
        store.delete(file(app));
    }

    /** Deletes all files. A file that cannot be deleted is logged. */
    public void deleteAll() {
        for (Path file : files()) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                LOG.error("cannot delete {}: {}", file, JsonStore.reason(e));
            }
        }
    }

    /**
     * The route of an app.
     *
     * @return empty if the app has no file
     * @throws Refusal if the file cannot be read or is invalid
     */
    public Optional<Versioned> read(AppName app) {
        return read(file(app));
    }

    private Optional<Versioned> read(Path file) {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                throw new Refusal(file + " is no file; move it away");
            }
            return Optional.empty();
        }
        try {
            Optional<Versioned> kept = store.read(file, Content.class).map(Content::versioned);
            if (kept.isPresent() && !file.equals(file(kept.get().route().app()))) {
                throw new Refusal(
                        file + " is the route of " + kept.get().route().app() + "; move it away");
            }
            return kept;
        } catch (IllegalArgumentException e) {
            throw new Refusal(file + " is no route: " + e.getMessage(), e);
        }
    }

    /**
     * All routes, older changes first. A file that cannot be read is left out and logged: the agent writes it again.
     */
    public List<Versioned> readAll() {
        List<Path> files = files();
        readBefore.retain(new HashSet<>(files));
        return files.parallelStream()
                .flatMap(file -> readable(file).stream())
                .sorted(Comparator.comparingLong(Versioned::version))
                .toList();
    }

    private Optional<Versioned> readable(Path file) {
        try {
            return readBefore.read(file, this::read);
        } catch (Refusal e) {
            LOG.error("an app has no route until the agent writes it again: {}", e.getMessage());
            return Optional.empty();
        }
    }

    private List<Path> files() {
        try {
            return FileTree.entries(folder, "*" + SUFFIX).stream()
                    .filter(file -> !file.getFileName().toString().startsWith(DurableFile.TEMPORARY_PREFIX))
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            LOG.error("cannot read {}: {}", folder, e.getMessage());
            return List.of();
        }
    }
}
