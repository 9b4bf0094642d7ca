package dev.tinyserv.buildpacks.buildpack.python;

import dev.tinyserv.buildpacks.buildpack.Build;
import dev.tinyserv.buildpacks.buildpack.Tools;
import dev.tinyserv.buildpacks.process.CommandFailed;
import dev.tinyserv.buildpacks.runtime.Installed;
import dev.tinyserv.buildpacks.runtime.RuntimeKind;
import dev.tinyserv.buildpacks.source.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The app's own Python, in {@code .venv}: links to the server's, and the packages. */
final class VirtualEnvironment {
    static final String NAME = ".venv";

    private final Build build;
    private final Installed python;

    VirtualEnvironment(Build build, Installed python) {
        this.build = build;
        this.python = python;
    }

    Path folder() {
        return build.folder().resolve(NAME);
    }

    /** The Python that it links to. */
    Installed python() {
        return python;
    }

    /** Makes it; with pip, which takes seconds, only where pip is to install something. */
    void create(boolean withPip) {
        List<String> command = new ArrayList<>(List.of("python3", "-m", "venv"));
        if (!withPip) {
            command.add("--without-pip");
        }
        command.add(NAME);
        Function<CommandFailed, String> remedy = failure -> failure.lastLines().stream()
                        .anyMatch(line -> line.contains("ensurepip") || line.contains("No module named venv"))
                ? ": " + RuntimeKind.PYTHON.remedy()
                : "";
        Tools.of(build)
                .with(Map.of("PYTHONHOME", ""))
                .using(RuntimeKind.PYTHON, python.bin())
                .run(command, line -> build.transcript().detail(line), remedy);
    }

    /** Programs that are to work in it. An empty PYTHONHOME is none. */
    Tools tools() {
        return Tools.of(build).with(Map.of("PYTHONHOME", "", "VIRTUAL_ENV", folder().toString()));
    }

    /** The same with its own programs before all others. */
    Tools ownTools() {
        return tools().using(RuntimeKind.PYTHON, folder().resolve("bin"));
    }

    /** Whether a package is installed. */
    boolean has(String packageName) throws IOException {
        for (Path packages : sitePackages()) {
            if (Files.isDirectory(packages.resolve(packageName), LinkOption.NOFOLLOW_LINKS)) {
                return true;
            }
        }
        return false;
    }

    /** Where packages are: one folder, named after the version of Python. */
    List<Path> sitePackages() throws IOException {
        List<Path> found = new ArrayList<>();
        Path lib = folder().resolve("lib");
        if (Files.isDirectory(lib, LinkOption.NOFOLLOW_LINKS)) {
            for (Path version : FileTree.entries(lib, "*")) {
                Path packages = version.resolve("site-packages");
                if (Files.isDirectory(packages, LinkOption.NOFOLLOW_LINKS)) {
                    found.add(packages);
                }
            }
        }
        return found;
    }
}
