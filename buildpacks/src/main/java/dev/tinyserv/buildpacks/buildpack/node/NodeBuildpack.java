package dev.tinyserv.buildpacks.buildpack.node;

import dev.tinyserv.buildpacks.buildpack.Build;
import dev.tinyserv.buildpacks.buildpack.Buildpack;
import dev.tinyserv.buildpacks.buildpack.BuiltApp;
import dev.tinyserv.buildpacks.buildpack.StartProfile;
import dev.tinyserv.buildpacks.buildpack.Tools;
import dev.tinyserv.buildpacks.runtime.Installed;
import dev.tinyserv.buildpacks.runtime.RuntimeKind;
import dev.tinyserv.buildpacks.runtime.VersionFiles;
import dev.tinyserv.buildpacks.runtime.Wish;
import dev.tinyserv.buildpacks.source.AppSource;
import dev.tinyserv.buildpacks.source.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Builds what has a {@code package.json}: installs its dependencies with npm, runs its build script with the
 * development dependencies there, and takes those away again. An app without dependencies starts no npm at all.
 */
public final class NodeBuildpack implements Buildpack {
    static final String MODULES = "node_modules";

    /** Lets the Procfile's commands find the programs of modules. */
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
        Optional<Wish> wish = wish(build.folder(), app);
        Path bin;
        Npm npm;
        if (app.needsInstall()) {
            Installed node = build.runtimes().choose(RuntimeKind.NODE, wish, build.transcript());
            bin = node.bin();
            npm = new Npm(build, bin);
            build.transcript().step("Building with node " + node.version());
            runIfThere(app, npm, "heroku-prebuild");
            new Install(build, app, npm, node.version()).run();
        } else {
            bin = bin(build, wish);
            npm = new Npm(build, bin);
            build.transcript().step("Building with node: no dependencies to install");
            runIfThere(app, npm, "heroku-prebuild");
        }
        if (!runIfThere(app, npm, "heroku-postbuild")) {
            runIfThere(app, npm, "build");
        }
        prune(build, app, npm);
        Tools.of(build).useAtStart(RuntimeKind.NODE, bin);
        if (Files.isDirectory(build.folder().resolve(MODULES).resolve(".bin"))) {
            StartProfile.add(build.folder(), "node", PROFILE);
        }
        return new BuiltApp(name(), defaultProcesses(build.folder(), app), Map.of("NODE_ENV", "production"));
    }

    /** Without a wish no node needs to be started to learn its version, which would take a tenth of such a push. */
    private static Path bin(Build build, Optional<Wish> wish) {
        return wish.isEmpty()
                ? build.runtimes().usual(RuntimeKind.NODE)
                : build.runtimes()
                        .choose(RuntimeKind.NODE, wish, build.transcript())
                        .bin();
    }

    /** As most hosts do: {@code engines} first, then the files of version managers. */
    private static Optional<Wish> wish(Path folder, PackageJson app) throws IOException {
        if (!app.nodeRange().isEmpty()) {
            return NpmRange.parse(app.nodeRange()).map(range -> new Wish(app.nodeRange(), PackageJson.NAME, range));
        }
        for (String file : List.of(".node-version", ".nvmrc")) {
            Optional<Wish> wish = VersionFiles.plain(folder, file);
            if (wish.isPresent()) {
                return wish;
            }
        }
        return VersionFiles.toolVersions(folder, RuntimeKind.NODE);
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
