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
import java.util.Optional;

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

    /** Where the package manager is. */
    Optional<Path> program() {
        return tools.find(manager.program());
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

    /** Takes away what is for development; the lock file, where there is one, says what stays. */
    void prune(Path folder) {
        run(manager.prune(manager.lockIn(folder).isPresent()));
    }

    /** Keeps what was downloaded from growing without end. */
    void boundDownloads() throws IOException {
        downloads.bound();
    }
}
