package dev.tinyserv.agent.route.table;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.store.JsonStore;
import dev.tinyserv.buildpacks.base.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The table in one file, {@code run/routes.json}, which a router of version 0.1 and one that leaves read. For one
 * thread at a time.
 */
public final class TableFile {
    private static final Logger LOG = LoggerFactory.getLogger(TableFile.class);
    private static final int SCHEMA = 1;

    /**
     * The content.
     *
     * @param schema 1
     * @param version the version of the table
     * @param routes the routes that have a port, each with its first port
     * @param apps the routes of which {@code routes} does not hold all, in the form of their own files; left out for
     *     none. Version 0.1 does not read them
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Content(
            int schema,
            long version,
            List<PortRoute> routes,
            @Nullable List<RouteFiles.Content> apps) {
        Content {
            if (schema != SCHEMA) {
                throw new IllegalArgumentException("not schema " + SCHEMA);
            }
            routes = List.copyOf(Objects.requireNonNull(routes, "routes"));
            apps = apps == null ? null : List.copyOf(apps);
        }
    }

    /**
     * A table that was read.
     *
     * @param version the number of the last change in it
     * @param routes all routes
     */
    public record Kept(long version, List<AppRoute> routes) {}

    private final Path file;
    private final JsonStore store = new JsonStore();
    private List<AppRoute> keptRoutes = List.of();
    private String keptMark = "";

    /** A file that need not be there yet. */
    public TableFile(Path file) {
        this.file = file;
    }

    /**
     * Writes the table, unless the same routes are in the file: a starting agent sends again what the one before had
     * sent.
     */
    public void write(long version, List<AppRoute> routes) {
        if (!keptMark.isEmpty() && keptMark.equals(mark()) && keptRoutes.equals(routes)) {
            return;
        }
        keptMark = "";
        List<PortRoute> written =
                routes.stream().flatMap(route -> PortRoute.of(route).stream()).toList();
        List<RouteFiles.Content> others = routes.stream()
                .filter(route -> PortRoute.of(route).stream()
                        .noneMatch(form -> form.route().equals(route)))
                .map(route -> RouteFiles.Content.of(version, route))
                .toList();
        store.write(file, new Content(SCHEMA, version, written, others.isEmpty() ? null : others));
        keep(routes, mark());
    }

    private void keep(List<AppRoute> routes, String mark) {
        keptRoutes = routes;
        keptMark = mark;
    }

    /** The table; empty without a file. Throws a {@link Refusal} if the file cannot be read, and leaves it in place. */
    public Optional<Kept> look() {
        try {
            return store.read(file, Content.class).map(TableFile::kept);
        } catch (IllegalArgumentException e) {
            throw new Refusal(file + " is no table of routes: " + e.getMessage(), e);
        }
    }

    /**
     * The table; empty without a file. A file that cannot be read is set aside, because the agent sends all routes
     * anyway.
     */
    public Optional<Kept> read() {
        try {
            String mark = mark();
            Optional<Kept> kept = look();
            kept.ifPresent(table -> keep(table.routes(), mark));
            return kept;
        } catch (Refusal e) {
            LOG.error("starting without routes until the agent sends them: {}", e.getMessage());
            setAside();
            return Optional.empty();
        }
    }

    private static Kept kept(Content content) {
        Map<AppName, AppRoute> byApp = new LinkedHashMap<>();
        content.routes().forEach(form -> byApp.put(form.app(), form.route()));
        if (content.apps() != null) {
            content.apps()
                    .forEach(form -> byApp.put(form.app(), form.versioned().route()));
        }
        List<AppRoute> routes = List.copyOf(byApp.values());
        RouteTable.require(routes);
        return new Kept(content.version(), routes);
    }

    /** Deletes the file, if there is one. */
    public void delete() {
        keep(List.of(), "");
        store.delete(file);
    }

    private void setAside() {
        try {
            Files.move(file, file.resolveSibling(file.getFileName() + ".damaged"), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            LOG.error("cannot set {} aside: {}", file, JsonStore.reason(e));
        }
    }

    /** Changes whenever the table is written; empty without a file. */
    public String mark() {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return attributes.fileKey() + " " + attributes.lastModifiedTime();
        } catch (IOException e) {
            LOG.debug("no table to follow", e);
            return "";
        }
    }
}
