package dev.tinyserv.buildpacks.buildpack.node;

import dev.tinyserv.buildpacks.buildpack.Build;
import dev.tinyserv.buildpacks.buildpack.Buildpack;
import dev.tinyserv.buildpacks.buildpack.BuiltApp;
import dev.tinyserv.buildpacks.process.Transcript;
import dev.tinyserv.buildpacks.source.AppSource;
import dev.tinyserv.buildpacks.source.Excerpt;
import dev.tinyserv.buildpacks.source.FileTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Builds what has a {@code package.json}: installs its dependencies with npm, runs its build script with the
 * development dependencies there, and takes those away again. An app without dependencies starts no npm at all.
 */
public final class NodeBuildpack implements Buildpack {
    static final String MODULES = "node_modules";

    private static final String PROFILE = "export PATH=\"$PWD/node_modules/.bin:$PATH\"\n";

    @Override
    public String name() {
        return "node";
    }

    @Override
    public boolean detects(AppSource source) throws IOException {
        return source.exists(PackageJson.NAME);
    }

    @Override
    public BuiltApp build(Build build) throws IOException {
        PackageJson app = PackageJson.read(build.folder());
        Npm npm = new Npm(build);
        npm.require("node");
        if (app.needsInstall()) {
            NodeVersion version = npm.nodeVersion();
            build.transcript().step("Building with node " + version);
            checkEngine(app, version, build.transcript());
            runIfThere(app, npm, "heroku-prebuild");
            new Install(build, app, npm, version).run();
        } else {
            build.transcript().step("Building with node: no dependencies to install");
            if (!app.nodeRange().isEmpty()) {
                checkEngine(app, npm.nodeVersion(), build.transcript());
            }
            runIfThere(app, npm, "heroku-prebuild");
        }
        if (!runIfThere(app, npm, "heroku-postbuild")) {
            runIfThere(app, npm, "build");
        }
        prune(build, app, npm);
        addProfile(build.folder());
        return new BuiltApp(name(), defaultProcesses(build.folder(), app), Map.of("NODE_ENV", "production"));
    }

    private static void checkEngine(PackageJson app, NodeVersion version, Transcript transcript) {
        Predicate<NodeRange> fits = range -> range.contains(version);
        NodeRange.parse(app.nodeRange())
                .filter(fits.negate())
                .ifPresent(range -> transcript.problem("package.json"
                        + " asks for node " + Excerpt.of(app.nodeRange(), 60) + ", the server has " + version
                        + ": install another on the server, or change engines.node"));
    }

    private static boolean runIfThere(PackageJson app, Npm npm, String script) {
        boolean there = app.hasScript(script);
        if (there) {
            npm.script(script);
        }
        return there;
    }

    private static void prune(Build build, PackageJson app, Npm npm) {
        if (app.hasDevDependencies() && Files.isDirectory(build.folder().resolve(MODULES), LinkOption.NOFOLLOW_LINKS)) {
            build.transcript().step("Removing development dependencies");
            npm.run("prune", "--omit=dev", "--ignore-scripts", "--no-package-lock");
        }
    }

    /** Lets the Procfile's commands find the programs of modules; the slug's place is known at the start only. */
    private static void addProfile(Path folder) throws IOException {
        Path profiles = folder.resolve(".profile.d");
        Path profile = profiles.resolve("node.sh");
        boolean ours = !Files.exists(profiles, LinkOption.NOFOLLOW_LINKS)
                || (Files.isDirectory(profiles, LinkOption.NOFOLLOW_LINKS)
                        && !Files.exists(profile, LinkOption.NOFOLLOW_LINKS));
        if (ours && Files.isDirectory(folder.resolve(MODULES).resolve(".bin"))) {
            Files.createDirectories(profiles);
            Files.writeString(profile, PROFILE, StandardCharsets.UTF_8);
        }
    }

    private static Map<String, String> defaultProcesses(Path folder, PackageJson app) {
        if (app.hasScript("start")) {
            return Map.of("web", "npm start");
        }
        return Files.isRegularFile(folder.resolve("server.js")) ? Map.of("web", "node server.js") : Map.of();
    }

    /** What an earlier commit or build left there and npm is to make anew. */
    static void removeCommittedModules(Build build) throws IOException {
        Path modules = build.folder().resolve(MODULES);
        if (Files.exists(modules, LinkOption.NOFOLLOW_LINKS)) {
            build.transcript()
                    .problem("node_modules is committed: it is installed anew; remove it with `git rm -r --cached"
                            + " node_modules` and list it in .gitignore");
            FileTree.delete(modules);
        }
    }
}
