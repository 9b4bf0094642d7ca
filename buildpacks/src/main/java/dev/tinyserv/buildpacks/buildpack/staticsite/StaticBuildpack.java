package dev.tinyserv.buildpacks.buildpack.staticsite;

import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.buildpack.Build;
import dev.tinyserv.buildpacks.buildpack.Buildpack;
import dev.tinyserv.buildpacks.buildpack.BuiltApp;
import dev.tinyserv.buildpacks.buildpack.Plan;
import dev.tinyserv.buildpacks.buildpack.Site;
import dev.tinyserv.buildpacks.buildpack.Tools;
import dev.tinyserv.buildpacks.source.AppSource;
import dev.tinyserv.buildpacks.source.FileTree;
import dev.tinyserv.buildpacks.source.FolderFile;
import dev.tinyserv.buildpacks.source.JsonSource;
import dev.tinyserv.buildpacks.source.Procfile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Makes a site that the router serves itself: of an {@code index.html}, or of what a bundler's build script or the
 * command in {@code static.json} leaves.
 */
public final class StaticBuildpack implements Buildpack {
    private static final String INDEX = "index.html";
    private static final String PACKAGE_JSON = "package.json";
    private static final int MAX_PACKAGE_JSON = 1024 * 1024;

    /** Where bundlers and generators put a site, and where people keep one that needs none; the app's folder is last. */
    private static final List<String> MADE = List.of("dist", "build", "out", "_site");

    private static final List<String> KEPT = List.of("public", "");

    /** What lies beside the pages of a site that is the whole app, and is nobody's business. */
    private static final List<String> NOT_PAGES = List.of(
            StaticJson.NAME,
            "app.json",
            PACKAGE_JSON,
            "package-lock.json",
            "npm-shrinkwrap.json",
            "pnpm-lock.yaml",
            "yarn.lock",
            "bun.lock",
            "node_modules");

    @Override
    public String name() {
        return "static";
    }

    /** An app with a Procfile is a site, too, only if it says so. */
    @Override
    public boolean detects(AppSource source) throws IOException {
        return isDeclared(source)
                || (!source.exists(Procfile.NAME) && (source.exists(INDEX) || source.exists("public/" + INDEX)))
                || isBundled(source);
    }

    @Override
    public boolean completes(AppSource source, String detected) throws IOException {
        return isDeclared(source) || (detected.equals("node") && isBundled(source));
    }

    private static boolean isDeclared(AppSource source) throws IOException {
        Optional<Procfile> procfile = Procfile.read(source);
        boolean hasWeb = procfile.isPresent() && procfile.get().commands().containsKey("web");
        return source.exists(StaticJson.NAME) && !hasWeb;
    }

    /** What bundlers build: an app with a build script and nothing that starts it. */
    private static boolean isBundled(AppSource source) throws IOException {
        return !source.exists(Procfile.NAME)
                && !source.exists("server.js")
                && source.read(PACKAGE_JSON, MAX_PACKAGE_JSON)
                        .filter(bytes -> hasScript(bytes, "build") && !hasScript(bytes, "start"))
                        .isPresent();
    }

    private static boolean hasScript(byte[] packageJson, String name) {
        JsonNode script =
                JsonSource.parse(PACKAGE_JSON, packageJson).path("scripts").path(name);
        return script.isString() && !script.stringValue().isEmpty();
    }

    @Override
    public Plan plan(Build build) throws IOException {
        StaticJson.read(build.folder());
        return Plan.ofSite(name());
    }

    @Override
    public BuiltApp build(Build build) throws IOException {
        StaticJson settings = StaticJson.read(build.folder());
        settings.warn(build.transcript());
        Optional<String> command = settings.build();
        if (command.isPresent()) {
            build.transcript().step("Building the site");
            Tools.of(build).run("sh", "-c", command.get());
        }
        String root = settings.root().isPresent() ? settings.root().get() : root(build.folder(), command.isPresent());
        Path folder = build.folder().resolve(root);
        requireFolder(build.folder(), folder, root);
        build.transcript().step("Preparing the site in " + (root.isEmpty() ? "the app's folder" : root));
        leaveOnlyPages(build.folder(), root);
        if (!Files.isRegularFile(folder.resolve("index.html"))) {
            build.transcript().problem("there is no index.html in it, so / will answer with 404");
        }
        UnchangedTimes times = UnchangedTimes.read(build.cacheFolder(name()).resolve("times"), Instant.now());
        build.transcript().detail(SiteFiles.prepare(build, folder, times));
        times.write();
        return new BuiltApp(name(), Map.of(), Map.of())
                .serving(new Site(root, settings.cleanUrls(), settings.singlePage(), settings.errorPage()));
    }

    private static String root(Path folder, boolean hasCommand) throws IOException {
        boolean isMade = hasCommand
                || FolderFile.read(folder, PACKAGE_JSON, MAX_PACKAGE_JSON)
                        .filter(bytes -> hasScript(bytes, "build"))
                        .isPresent();
        Optional<String> made = withIndex(folder, MADE);
        if (made.isPresent()) {
            return made.get();
        }
        // The index.html in the app's folder is the bundler's input then, and its pages would stay empty.
        return withIndex(folder, isMade ? List.of("public") : KEPT)
                .orElseThrow(() -> new Refusal(
                        isMade
                                ? "the build left no index.html in " + String.join(", ", MADE)
                                        + " or public: name the folder of the site in static.json: {\"root\": \"…\"}; or, if this"
                                        + " is no site, add a start script to package.json or a Procfile"
                                : "there is no index.html in the app's folder or in public: add one, or name the folder"
                                        + " of the site in static.json: {\"root\": \"…\"}"));
    }

    private static Optional<String> withIndex(Path folder, List<String> roots) {
        return roots.stream()
                .filter(root -> Files.isRegularFile(folder.resolve(root).resolve(INDEX), LinkOption.NOFOLLOW_LINKS))
                .findFirst();
    }

    private static void requireFolder(Path app, Path folder, String root) throws IOException {
        boolean usable = Files.isDirectory(folder)
                && folder.toRealPath().equals(app.toRealPath().resolve(root));
        if (!usable) {
            throw new Refusal("static.json: root: '" + root + "' is no folder of the app after the build");
        }
    }

    /** Where no process runs, nothing but the site is needed; where one does, its files must not be pages. */
    private static void leaveOnlyPages(Path app, String root) throws IOException {
        if (Files.exists(app.resolve(Procfile.NAME), LinkOption.NOFOLLOW_LINKS)) {
            if (root.isEmpty()) {
                throw new Refusal("the site is the app's whole folder, with all files of the processes in the Procfile:"
                        + " move the pages to public");
            }
            return;
        }
        if (root.isEmpty()) {
            for (String name : NOT_PAGES) {
                FileTree.delete(app.resolve(name));
            }
            return;
        }
        String kept = Path.of(root).getName(0).toString();
        for (Path entry : FileTree.entries(app, "*")) {
            if (!entry.getFileName().toString().equals(kept)) {
                FileTree.delete(entry);
            }
        }
    }
}
