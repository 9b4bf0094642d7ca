package dev.tinyserv.buildpacks.buildpack.node;

import dev.tinyserv.buildpacks.buildpack.Build;
import dev.tinyserv.buildpacks.buildpack.Buildpack;
import dev.tinyserv.buildpacks.buildpack.BuiltApp;
import dev.tinyserv.buildpacks.buildpack.Plan;
import dev.tinyserv.buildpacks.buildpack.StartProfile;
import dev.tinyserv.buildpacks.buildpack.Tools;
import dev.tinyserv.buildpacks.process.Transcript;
import dev.tinyserv.buildpacks.runtime.Installed;
import dev.tinyserv.buildpacks.runtime.RuntimeKind;
import dev.tinyserv.buildpacks.runtime.Toolchain;
import dev.tinyserv.buildpacks.runtime.Wish;
import dev.tinyserv.buildpacks.source.AppSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Builds what has a {@code package.json}, for Node.js or Bun: installs its dependencies with its package manager, runs
 * its build script with the development dependencies there, and takes those away again. An app without dependencies
 * starts no package manager at all.
 */
public final class NodeBuildpack implements Buildpack {
    /** Lets the Procfile's commands find the programs of modules. */
    private static final String PROFILE = "export PATH=\"$PWD/node_modules/.bin:$PATH\"\n";

    @Override
    public String name() {
        return "node";
    }

    /** Bun is there for apps that have its lock file. */
    @Override
    public Optional<Toolchain> toolchain() {
        return Optional.of(Toolchain.of(
                        "Node.js",
                        RuntimeKind.NODE,
                        PackageManager.NPM.tool(),
                        PackageManager.PNPM.tool(),
                        PackageManager.YARN.tool(),
                        PackageManager.BUN.tool())
                .withRemedy("install Node.js with npm"));
    }

    @Override
    public boolean detects(AppSource source) throws IOException {
        return source.exists(PackageJson.NAME);
    }

    @Override
    public Plan plan(Build build) throws IOException {
        PackageJson app = PackageJson.read(build.folder());
        Path home = Workspace.of(build.tree(), build.folder()).orElse(build.folder());
        PackageJson installing = home.equals(build.folder()) ? app : PackageJson.read(home);
        PackageManager manager = PackageManager.of(installing, home, build.transcript());
        RuntimeKind kind = kind(manager);
        Installed runtime = build.runtimes().choose(kind, NodeWish.of(build.folder(), app, kind), build.transcript());
        String with = kind.label() + " " + runtime.version();
        if (needsInstall(home, installing, manager)) {
            Tools.of(build).using(kind, runtime.bin()).require(manager.tool());
            with += " with " + manager.program();
        } else {
            with += ", no dependencies";
        }
        Map<String, String> processes = defaultProcesses(build.folder(), app, manager);
        return app.hasBuildScripts(manager) ? Plan.runningIfAny(with, processes) : Plan.running(with, processes);
    }

    @Override
    public boolean mayTellHowItRuns(Build build) throws IOException {
        PackageJson app = PackageJson.read(build.folder());
        return app.hasBuildScripts(PackageManager.NPM)
                || !defaultProcesses(build.folder(), app, PackageManager.NPM).isEmpty();
    }

    private static boolean needsInstall(Path home, PackageJson app, PackageManager manager) throws IOException {
        return app.needsInstall(manager) || manager.buildsAddon(app, home) || manager.hasWorkspaces(app, home);
    }

    private static RuntimeKind kind(PackageManager manager) {
        return manager == PackageManager.BUN ? RuntimeKind.BUN : RuntimeKind.NODE;
    }

    @Override
    public BuiltApp build(Build build) throws IOException {
        PackageJson app = PackageJson.read(build.folder());
        Transcript transcript = build.transcript();
        Path home = Workspace.of(build.tree(), build.folder()).orElse(build.folder());
        boolean member = !home.equals(build.folder());
        PackageJson installing = member ? PackageJson.read(home) : app;
        PackageManager manager = PackageManager.of(installing, home, transcript);
        installing = member ? installing.beforeScriptsOf(app, manager) : app;
        RuntimeKind kind = kind(manager);
        Optional<Wish> wish = NodeWish.of(build.folder(), app, kind);
        Path bin;
        NodePackages packages;
        Optional<Install> install = Optional.empty();
        if (needsInstall(home, installing, manager)) {
            Installed runtime = build.runtimes().choose(kind, wish, transcript);
            bin = runtime.bin();
            packages = new NodePackages(build, manager, kind, bin);
            transcript.step("Building with " + kind.label() + " " + runtime.version());
            packages = packages.asAskedFor(installing);
            if (member) {
                transcript.detail("a package of the workspaces in "
                        + (home.equals(build.tree())
                                ? "the top folder"
                                : build.tree().relativize(home))
                        + ": " + manager.program() + " installs there, for all of them");
            }
            packages.in(home).requireReader();
            runIfThere(app, packages, "heroku-prebuild");
            install = Optional.of(new Install(build.in(home), installing, packages.in(home), runtime.version()));
            install.get().run();
        } else {
            bin = build.runtimes().bin(kind, wish, transcript);
            packages = new NodePackages(build, manager, kind, bin);
            transcript.step("Building with " + kind.label() + ": no dependencies to install");
            if (app.hasBuildScripts(manager)) {
                packages = packages.asAskedFor(app);
            } else if (app.hasScript("start")) {
                packages.tellOfAnother(app);
            }
            runIfThere(app, packages, "heroku-prebuild");
        }
        if (!runIfThere(app, packages, "heroku-postbuild")) {
            runIfThere(app, packages, "build");
        }
        if (install.isPresent()) {
            install.get().finish();
        }
        Tools.of(build).useAtStart(kind, bin);
        if (Files.isDirectory(build.folder().resolve(PackageJson.MODULES).resolve(".bin"))) {
            StartProfile.add(build.folder(), "node", PROFILE);
        }
        if (member && Files.isDirectory(home.resolve(PackageJson.MODULES).resolve(".bin"))) {
            String up =
                    build.folder().relativize(home).resolve(PackageJson.MODULES).toString();
            StartProfile.add(build.folder(), "node-workspaces", "export PATH=\"$PATH:$PWD/" + up + "/.bin\"\n");
        }
        // Corepack's download is not a part of the slug; what a script does is the same by whatever it is started.
        boolean there = Tools.of(build).using(kind, bin).has(manager.program());
        PackageManager starting = there ? manager : PackageManager.NPM;
        return new BuiltApp(
                        kind.label(), defaultProcesses(build.folder(), app, starting), Map.of("NODE_ENV", "production"))
                .exporting(Tools.of(build)
                        .using(kind, bin)
                        .exportWith(build.folder().resolve(PackageJson.MODULES).resolve(".bin")));
    }

    private static boolean runIfThere(PackageJson app, NodePackages packages, String script) {
        boolean there = app.hasScript(script);
        if (there) {
            packages.script(script);
        }
        return there;
    }

    private static Map<String, String> defaultProcesses(Path folder, PackageJson app, PackageManager manager) {
        if (app.hasScript("start")) {
            return Map.of("web", manager.program() + (manager == PackageManager.BUN ? " run start" : " start"));
        }
        if (!Files.isRegularFile(folder.resolve("server.js"))) {
            return Map.of();
        }
        return Map.of("web", manager == PackageManager.BUN ? "bun server.js" : "node server.js");
    }
}
