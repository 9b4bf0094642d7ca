package dev.tinyserv.buildpacks.buildpack.node;

import dev.tinyserv.buildpacks.buildpack.BoundedFolder;
import dev.tinyserv.buildpacks.buildpack.Build;
import dev.tinyserv.buildpacks.buildpack.Tools;
import dev.tinyserv.buildpacks.runtime.RuntimeKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The package manager of one build: runs it, and shows what it says. */
final class NodePackages {
    private final Build build;
    private final PackageManager manager;
    private final BoundedFolder downloads;
    private final Tools tools;

    /** With the programs of a runtime before all others. */
    NodePackages(Build build, PackageManager manager, RuntimeKind kind, Path bin) {
        this.build = build;
        this.manager = manager;
        this.downloads = new BoundedFolder(build.cache().resolve(manager.program()));
        this.tools = Tools.of(build)
                .unlessSet(Map.of("NODE_ENV", "production"))
                .unlessSet(manager.settings(downloads.folder()))
                .using(kind, bin);
    }

    PackageManager manager() {
        return manager;
    }

    /** Runs the package manager and shows its output; a failure tells the step. */
    void run(List<String> arguments) {
        tools.require(manager.program(), manager.remedy());
        List<String> all = new ArrayList<>(List.of(manager.program()));
        all.addAll(arguments);
        InstallOutput output = new InstallOutput(build.transcript(), manager);
        tools.run(all, output, failure -> output.remedy());
    }

    /** Runs a script of the package.json. */
    void script(String script) {
        build.transcript().step("Running " + script);
        run(List.of("run", script));
    }

    /**
     * Takes away what is for development. A lock file that is not there cannot be insisted on, and one of workspaces has to
     * be read: without it npm asks the registry for each of them.
     */
    void prune(Path folder, boolean workspaces) {
        boolean locked = manager.lockIn(folder).isPresent();
        run(manager.prune().stream()
                .filter(argument -> locked || !argument.equals("--frozen-lockfile"))
                .filter(argument -> !(locked && workspaces) || !argument.equals("--no-package-lock"))
                .toList());
    }

    /** Keeps what was downloaded from growing without end. */
    void boundDownloads() throws IOException {
        downloads.bound();
    }
}
