package dev.tinyserv.agent.release;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.ConfigVars;
import dev.tinyserv.agent.app.ProcessType;
import dev.tinyserv.agent.build.Manifest;
import dev.tinyserv.agent.build.Slug;
import dev.tinyserv.buildpacks.buildpack.Site;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The format of {@code releases/NAME.json} and {@code releases/NAME/vN.json}, which people's scripts read. The port and
 * the command line are for these scripts only: {@link #release} does not read them back.
 *
 * @param schema the version of this format: {@value #SCHEMA}
 * @param port the app's stable port when the file was written
 * @param cmdline the command of {@code web}, else of its only type; null without a slug
 * @param processes the command of every process type
 * @param slug the id of its slug; null before the first push
 * @param slugEnv the variables that the buildpack sets; config vars override them
 * @param root the folder of the slug in which it was built and runs; empty for the whole slug
 * @param manifest what the slug's commit declares for running; null if it declares nothing
 */
public record ReleaseFile(
        int schema,
        AppName app,
        int version,
        String id,
        Release.Status status,
        Instant createdAt,
        String createdBy,
        Release.Cause cause,
        String description,
        @Nullable String commit,
        int port,
        @Nullable String cmdline,
        SortedMap<ProcessType, String> processes,
        ConfigVars env,
        @Nullable String slug,
        SortedMap<String, String> slugEnv,
        @Nullable String buildpack,
        @Nullable Site site,
        @Nullable String root,
        @Nullable String branchWas,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Manifest manifest) {
    /** The version of the format that this code writes. */
    public static final int SCHEMA = 1;

    /** Throws a {@link NullPointerException} if a part is missing, as in a damaged file. */
    public ReleaseFile {
        Objects.requireNonNull(app, "app");
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(status, "status");
        Objects.requireNonNull(createdAt, "createdAt");
        Objects.requireNonNull(createdBy, "createdBy");
        Objects.requireNonNull(cause, "cause");
        Objects.requireNonNull(description, "description");
        Objects.requireNonNull(env, "env");
        Objects.requireNonNull(processes, "processes");
        Objects.requireNonNull(slugEnv, "slugEnv");
        processes.values().forEach(command -> Objects.requireNonNull(command, "a command"));
        slugEnv.values().forEach(value -> Objects.requireNonNull(value, "a value of slugEnv"));
    }

    /** The file of a release whose app has this stable port. */
    public static ReleaseFile of(Release release, int port) {
        @Nullable Slug slug = release.slug();
        Release.Making making = release.making();
        return new ReleaseFile(
                SCHEMA,
                release.app(),
                release.version(),
                release.header().id(),
                release.status(),
                making.at(),
                making.by(),
                making.cause(),
                making.description(),
                release.commit(),
                port,
                commandLine(release.processes()),
                release.processes(),
                release.env(),
                slug == null ? null : slug.id(),
                slug == null ? new TreeMap<>() : slug.environment(),
                slug == null ? null : slug.buildpack(),
                release.site(),
                slug == null ? "" : slug.root(),
                making.branchWas(),
                release.manifest().equals(Manifest.NONE) ? null : release.manifest());
    }

    private static @Nullable String commandLine(SortedMap<ProcessType, String> processes) {
        String web = processes.get(ProcessType.WEB);
        if (web != null) {
            return web;
        }
        return processes.entrySet().stream()
                .filter(entry -> !entry.getKey().equals(ProcessType.RELEASE))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(null);
    }

    /** The release, without {@code port} and {@code cmdline}. */
    public Release release() {
        Release.Making making = new Release.Making(createdAt, createdBy, cause, description, branchWas);
        return new Release(new Release.Header(app, version, id, status, making), code(), env);
    }

    private @Nullable Slug code() {
        if (slug == null || commit == null || buildpack == null) {
            return null;
        }
        return new Slug(
                slug,
                commit,
                buildpack,
                processes,
                slugEnv,
                site,
                Objects.requireNonNullElse(root, ""),
                Objects.requireNonNullElse(manifest, Manifest.NONE));
    }
}
