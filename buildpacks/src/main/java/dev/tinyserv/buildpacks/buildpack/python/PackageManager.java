package dev.tinyserv.buildpacks.buildpack.python;

import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.runtime.Tool;
import dev.tinyserv.buildpacks.runtime.VersionFiles;
import dev.tinyserv.buildpacks.runtime.VersionRange;
import dev.tinyserv.buildpacks.runtime.Wish;
import dev.tinyserv.buildpacks.source.FolderFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** How an app's dependencies are installed; the first whose files are there does it. What is locked comes first. */
enum PackageManager {
    /** uv, with its lock file. */
    UV("uv", "uv.lock", "pyproject.toml", "uv sync --locked --no-dev", "with pipx: pipx install uv"),
    /** Poetry, with its lock file. */
    POETRY(
            "poetry",
            "poetry.lock",
            "pyproject.toml",
            "poetry install --only main --no-interaction",
            "on Debian: apt-get install python3-poetry"),
    /** Pipenv, with its lock file. */
    PIPENV("pipenv", "Pipfile.lock", "Pipfile", "pipenv install --deploy", "on Debian: apt-get install pipenv"),
    /** pip, with a list of packages. */
    PIP("pip", "requirements.txt", "", "python -m pip install -r requirements.txt", ""),
    /** Pipenv, without a lock file. */
    UNLOCKED_PIPENV("pipenv", "", "Pipfile", "pipenv install --skip-lock", PIPENV.remedy),
    /** pip, for an app that is itself a package. */
    PROJECT("pip", "", "pyproject.toml", "python -m pip install .", ""),
    /** The same for a package of the older kind. */
    SETUP("pip", "", "setup.py", "python -m pip install .", "");

    private static final Pattern YES = Pattern.compile("(?i)\\s*(1|true|yes)\\s*");
    private static final Pattern NO = Pattern.compile("(?i)\\s*(0|false|no)\\s*");

    private static final int MAX_BYTES = 1024 * 1024;

    private final String program;
    private final String lockFile;
    private final String wishes;
    private final String command;
    private final String remedy;

    PackageManager(String program, String lockFile, String wishes, String command, String remedy) {
        this.program = program;
        this.lockFile = lockFile;
        this.wishes = wishes;
        this.command = command;
        this.remedy = remedy;
    }

    /**
     * The one for an app.
     *
     * @throws Refusal if the files by which the app was detected are none
     */
    static PackageManager of(Path folder) {
        return Stream.of(values())
                .filter(manager -> manager.files().stream().allMatch(file -> FolderFile.exists(folder, file)))
                .findFirst()
                .orElseThrow(() -> new Refusal("requirements.txt, or the file of another package manager, is a link, a"
                        + " folder, or a lock file alone: commit plain files, with pyproject.toml or Pipfile"));
    }

    /** The files that must be there, and that decide what is installed. */
    List<String> files() {
        return Stream.of(lockFile, wishes).filter(file -> !file.isEmpty()).toList();
    }

    /** The lock files of the others that are there, too, and that nobody reads. */
    List<String> unread(Path folder) {
        return Stream.of(values())
                .map(manager -> manager.lockFile)
                .filter(file -> !file.isEmpty() && !file.equals(lockFile) && FolderFile.exists(folder, file))
                .toList();
    }

    /** Whether there is anything to install: an empty list is, and a pyproject.toml may be there for other tools. */
    boolean hasWork(Path folder) throws IOException {
        if (this == PIP) {
            Optional<String> list = AppText.read(folder.resolve(lockFile), MAX_BYTES);
            return list.isEmpty()
                    || list.get().lines().map(String::strip).anyMatch(line -> !line.isEmpty() && !line.startsWith("#"));
        }
        if (this == PROJECT && !FolderFile.exists(folder, SETUP.wishes)) {
            Optional<TomlText> project =
                    AppText.read(folder.resolve(wishes), MAX_BYTES).map(TomlText::new);
            return project.isEmpty()
                    || Stream.of("project", "tool.poetry", "build-system").anyMatch(project.get()::hasTable);
        }
        return true;
    }

    /** Whether somebody has written down which versions are to be installed. */
    boolean isLocked() {
        return !lockFile.isEmpty();
    }

    /** Whether it is a program of its own, and not one of the virtual environment. */
    boolean isSeparate() {
        return !program.equals("pip");
    }

    String program() {
        return program;
    }

    /** The program, and where it comes from. */
    Tool tool() {
        return Tool.optional(program, remedy);
    }

    /** What installs; without the development dependencies, unless the variables of a build ask for them. */
    List<String> command(Map<String, String> environment) {
        String all = command;
        if (keepsDevelopmentDependencies(environment)) {
            all = switch (this) {
                case UV -> command.replace(" --no-dev", "");
                case POETRY -> command.replace(" --only main", "");
                case PIPENV, UNLOCKED_PIPENV -> command + " --dev";
                case PIP, PROJECT, SETUP -> command;
            };
        }
        return List.of(all.split(" ", -1));
    }

    private boolean keepsDevelopmentDependencies(Map<String, String> environment) {
        return switch (this) {
            case UV -> NO.matcher(environment.getOrDefault("UV_NO_DEV", "")).matches();
            case POETRY ->
                YES.matcher(environment.getOrDefault("POETRY_EXPORT_DEV_REQUIREMENTS", ""))
                        .matches();
            case PIPENV, UNLOCKED_PIPENV ->
                YES.matcher(environment.getOrDefault("PIPENV_DEV", "")).matches();
            case PIP, PROJECT, SETUP -> false;
        };
    }

    /** The version of itself that an app asks for: uv and Poetry have a word for it. */
    Optional<Wish> version(Path folder) throws IOException {
        String table = this == UV ? "tool.uv" : "tool.poetry";
        String key = this == UV ? "required-version" : "requires-poetry";
        Optional<String> range = this == UV || this == POETRY
                ? AppText.read(folder.resolve(wishes), MAX_BYTES).flatMap(text -> new TomlText(text).string(table, key))
                : Optional.empty();
        return range.isPresent()
                ? Optional.of(new Wish(
                        range.get(), key + " in " + wishes, VersionRange.orNone(PythonRange.parse(range.get()))))
                : VersionFiles.toolVersions(folder, program);
    }

    /** What to do when the lock file is not the one for what is asked for. */
    String misfit() {
        return lockFile + " does not fit " + wishes + "; run `" + program + " lock` and commit " + lockFile;
    }
}
