package dev.tinyserv.buildpacks.buildpack.python;

import dev.tinyserv.buildpacks.buildpack.Build;
import dev.tinyserv.buildpacks.buildpack.Buildpack;
import dev.tinyserv.buildpacks.buildpack.BuiltApp;
import dev.tinyserv.buildpacks.buildpack.Plan;
import dev.tinyserv.buildpacks.buildpack.StartProfile;
import dev.tinyserv.buildpacks.buildpack.Tools;
import dev.tinyserv.buildpacks.runtime.Installed;
import dev.tinyserv.buildpacks.runtime.RuntimeKind;
import dev.tinyserv.buildpacks.runtime.Toolchain;
import dev.tinyserv.buildpacks.source.AppSource;
import dev.tinyserv.buildpacks.source.FolderFile;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Builds what says its dependencies in one of Python's files: they are installed into {@code .venv}, a virtual
 * environment that the app's processes find first. Django's static files are collected.
 */
public final class PythonBuildpack implements Buildpack {
    private static final List<String> FILES =
            List.of("requirements.txt", "pyproject.toml", "Pipfile", "uv.lock", "poetry.lock", "setup.py");

    /** The app's own modules are found by programs of packages, too, as on other hosts. */
    private static final String PROFILE = """
            export VIRTUAL_ENV="$PWD/.venv"
            export PATH="$PWD/.venv/bin:$PATH"
            export PYTHONPATH="${PYTHONPATH:-$PWD}"
            unset PYTHONHOME
            """;

    @Override
    public String name() {
        return "python";
    }

    @Override
    public Optional<Toolchain> toolchain() {
        return Optional.of(Toolchain.of(
                "Python",
                RuntimeKind.PYTHON,
                PackageManager.UV.tool(),
                PackageManager.POETRY.tool(),
                PackageManager.PIPENV.tool()));
    }

    @Override
    public boolean detects(AppSource source) throws IOException {
        return source.hasAny(FILES);
    }

    @Override
    public Plan plan(Build build) throws IOException {
        PackageManager manager = PackageManager.of(build.folder());
        Installed python = python(build);
        if (manager.isSeparate()) {
            Tools.of(build).using(RuntimeKind.PYTHON, python.bin()).require(manager.tool());
        }
        return Plan.undecided("python " + python.version() + " with " + manager.program());
    }

    /** Its packages tell, which are not there yet; without any file of a web app they cannot. */
    @Override
    public boolean mayTellHowItRuns(Build build) throws IOException {
        return FolderFile.exists(build.folder(), "manage.py") || WebApp.mayBeIn(build.folder());
    }

    private static Installed python(Build build) throws IOException {
        return build.runtimes().choose(RuntimeKind.PYTHON, PythonWish.of(build.folder()), build.transcript());
    }

    @Override
    public BuiltApp build(Build build) throws IOException {
        PackageManager manager = PackageManager.of(build.folder());
        Installed python = python(build);
        build.transcript().step("Building with python " + python.version());
        VirtualEnvironment environment = new VirtualEnvironment(build, python);
        new Install(build, manager, environment).run();
        StartProfile.add(build.folder(), "python", PROFILE);
        Map<String, String> django = new Django(build, environment).build();
        Map<String, String> processes = django.isEmpty() ? new WebApp(build.folder(), environment).processes() : django;
        return new BuiltApp(name(), processes, Map.of("PYTHONUNBUFFERED", "1"))
                .exporting(Tools.of(build).exportWith(environment.folder().resolve("bin")));
    }
}
