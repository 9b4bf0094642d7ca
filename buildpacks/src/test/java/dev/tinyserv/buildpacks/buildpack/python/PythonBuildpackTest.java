package dev.tinyserv.buildpacks.buildpack.python;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinyserv.buildpacks.Refusal;
import dev.tinyserv.buildpacks.buildpack.BuiltApp;
import dev.tinyserv.buildpacks.buildpack.TestBuild;
import dev.tinyserv.buildpacks.runtime.Runtimes;
import dev.tinyserv.buildpacks.source.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** With programs that only say what they were asked for; the real ones are in {@code RealPythonTest}. */
@Timeout(60)
class PythonBuildpackTest {
    /** A Python of which the programs in the app's folder named {@code says-…} tell what it prints. */
    private static final String PYTHON = """
            #!/bin/sh
            case "$1 $2" in
            --version*) echo Python 3.11.2 ;;
            "-m venv")
                for last; do :; done
                mkdir -p $last/bin $last/lib/python3.11/site-packages
                cp "$0" $last/bin/python; cp "$0" $last/bin/python3
                [ -z "$PACKAGES" ] || for each in $PACKAGES; do mkdir $last/lib/python3.11/site-packages/$each; done ;;
            *) echo "ran $*"; [ ! -f says ] || { cat says; exit 1; } ;;
            esac
            """;

    private static final String TOOL = """
            #!/bin/sh
            echo "in $VIRTUAL_ENV"
            [ ! -f warns ] || cat warns
            [ ! -f says ] || { cat says; exit 1; }
            """;

    @TempDir
    Path folder;

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Map<String, String> environment = new TreeMap<>();
    private Path app;

    @BeforeEach
    void anApp() throws IOException {
        app = newFolder("app");
        newFolder("cache");
        Files.createDirectory(folder.resolve("bin"));
        program("python3", PYTHON);
        environment.put("PATH", folder.resolve("bin") + ":/usr/bin:/bin");
        environment.put("HOME", newFolder("temp").toString());
    }

    private Path newFolder(String name) throws IOException {
        FileTree.delete(folder.resolve(name));
        return Files.createDirectory(folder.resolve(name));
    }

    private void program(String name, String script) throws IOException {
        Path program = Files.writeString(folder.resolve("bin").resolve(name), script);
        assertThat(program.toFile().setExecutable(true)).isTrue();
    }

    private void file(String name, String text) throws IOException {
        Files.createDirectories(app.resolve(name).resolveSibling(""));
        Files.writeString(app.resolve(name), text);
    }

    private BuiltApp build() throws IOException {
        lines.clear();
        return new PythonBuildpack().build(TestBuild.in(folder, environment, new Runtimes(environment), lines::add));
    }

    private String transcript() {
        return String.join("\n", lines);
    }

    @Test
    void installsWhatTheListSaysAndKeepsItWhileNothingChanges() throws IOException {
        file("requirements.txt", "flask==3.0\n");
        BuiltApp built = build();
        assertThat(lines)
                .containsExactly(
                        "-----> Building with python 3.11.2",
                        "-----> Installing dependencies with pip",
                        "       python3 -m venv .venv",
                        "       python -m pip install -r requirements.txt",
                        "       ran -m pip install -r requirements.txt");
        assertThat(built.environment()).containsExactly(Map.entry("PYTHONUNBUFFERED", "1"));
        assertThat(built.defaultProcesses()).isEmpty();
        assertThat(app.resolve(".profile.d/python.sh")).content().contains("PATH=\"$PWD/.venv/bin:$PATH\"");

        app = newFolder("app");
        file("requirements.txt", "flask==3.0\n");
        build();
        assertThat(lines).last().isEqualTo("       nothing changed: .venv of the last build");
        assertThat(app.resolve(".venv/bin/python")).isExecutable();

        environment.put("PIP_INDEX_URL", "https://index.example/");
        app = newFolder("app");
        file("requirements.txt", "flask==3.0\n");
        build();
        assertThat(transcript()).contains("ran -m pip");
    }

    @Test
    void startsNoPipForAnEmptyListOrForSettingsOfOtherTools() throws IOException {
        file("requirements.txt", "# nothing yet\n\n");
        build();
        assertThat(lines).last().isEqualTo("       python3 -m venv --without-pip .venv");
        app = newFolder("app");
        file("pyproject.toml", "[tool.black]\nline-length = 100\n");
        build();
        assertThat(transcript()).contains("no dependencies to install").doesNotContain("pip install");
    }

    @Test
    void takesTheManagerWhoseLockFileIsThere() throws IOException {
        for (String tool : List.of("uv", "poetry", "pipenv")) {
            program(tool, TOOL);
        }
        file("setup.py", "");
        built("python -m pip install .", "no lock file");
        file("pyproject.toml", "[project]\n");
        built("python -m pip install .", "no lock file");
        file("Pipfile", "");
        built("pipenv install --skip-lock", "no lock file");
        file("requirements.txt", "flask\n");
        built("python -m pip install -r requirements.txt", "");
        file("Pipfile.lock", "{}");
        built("pipenv install --deploy", "requirements.txt: not read, Pipfile.lock says what is installed");
        file("poetry.lock", "");
        built("poetry install --only main --no-interaction", "Pipfile.lock, requirements.txt: not read");
        file("uv.lock", "");
        built("uv sync --locked --no-dev", "poetry.lock, Pipfile.lock, requirements.txt: not read");
        assertThat(lines).contains("       in " + app.resolve(".venv"));
    }

    private void built(String command, String problem) throws IOException {
        FileTree.delete(app.resolve(".venv"));
        build();
        assertThat(lines).contains("       " + command);
        if (problem.isEmpty()) {
            assertThat(transcript()).doesNotContain(" !  ");
        } else {
            assertThat(transcript()).contains(" !     " + problem);
        }
    }

    @Test
    void refusesALockFileThatDoesNotFit() throws IOException {
        for (String tool : List.of("uv", "poetry", "pipenv")) {
            program(tool, TOOL);
        }
        misfit("uv", "pyproject.toml", "uv.lock", "says", "error: The lockfile at `uv.lock` needs to be updated, but");
        misfit("pipenv", "Pipfile", "Pipfile.lock", "says", "Your Pipfile.lock (abc) is out of date. Expected: (def).");
        String newer = "pyproject.toml changed significantly since poetry.lock was last generated.";
        misfit("poetry", "pyproject.toml", "poetry.lock", "says", newer);
        String older = "Warning: poetry.lock is not up to date with pyproject.toml.";
        misfit("poetry", "pyproject.toml", "poetry.lock", "warns", older);
    }

    private void misfit(String tool, String wishes, String lock, String kind, String text) throws IOException {
        app = newFolder("app");
        file(wishes, "");
        file(lock, "");
        file(kind, text + "\n");
        assertThatThrownBy(this::build)
                .isInstanceOf(Refusal.class)
                .hasMessageEndingWith(
                        lock + " does not fit " + wishes + "; run `" + tool + " lock` and commit " + lock);
    }

    @Test
    void saysWhatToDoAboutAFailure() throws IOException {
        file("requirements.txt", "lxml\n");
        failed("src/x.c:1:10: fatal error: Python.h: No such file or directory", "install build-essential python3-dev");
        failed("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "write the hashes anew");
        failed("OSError: [Errno 28] No space left on device", "failed with exit status 1: the server's disk is full");
        failed("ERROR: No matching distribution found for lxml", "does the server reach the package index?");
        failed("ERROR: something else", "failed with exit status 1");
    }

    private void failed(String text, String remedy) throws IOException {
        FileTree.delete(app.resolve(".venv"));
        file("says", text + "\n");
        assertThatThrownBy(this::build)
                .isInstanceOf(Refusal.class)
                .hasMessageStartingWith("python -m pip install -r requirements.txt failed")
                .hasMessageEndingWith(remedy);
        assertThat(lines).contains("       " + text);
    }

    @Test
    void namesWhatIsMissingOnTheServer() throws IOException {
        environment.put("PATH", folder.resolve("bin") + ":/nowhere");
        file("pyproject.toml", "");
        file("uv.lock", "");
        program("python3", "#!/bin/sh\necho Python 3.11.2\n");
        assertThatThrownBy(this::build).hasMessage("uv is not installed on the server; with pipx: pipx install uv");
        FileTree.delete(app.resolve("uv.lock"));
        file("poetry.lock", "");
        assertThatThrownBy(this::build)
                .hasMessage("poetry is not installed on the server; on Debian: apt-get install python3-poetry");
        Files.delete(folder.resolve("bin/python3"));
        assertThatThrownBy(this::build)
                .hasMessage("python3 is not installed on the server; on Debian: apt-get install python3 python3-venv");
        environment.put("PATH", folder.resolve("bin") + ":/usr/bin:/bin");
        program(
                "python3",
                "#!/bin/sh\n[ $1 = --version ] && echo Python 3.11 || { echo ensurepip is missing; exit 1; }");
        file("requirements.txt", "x");
        Files.delete(app.resolve("poetry.lock"));
        assertThatThrownBy(this::build).hasMessageEndingWith(": on Debian: apt-get install python3 python3-venv");
    }

    @Test
    void collectsTheStaticFilesOfDjangoAndKnowsHowItRuns() throws IOException {
        environment.put("PACKAGES", "django gunicorn");
        file("requirements.txt", "django\n");
        file("manage.py", "");
        file("shop/wsgi.py", "");
        file("shop;rm/wsgi.py", "");
        assertThat(build().defaultProcesses()).containsExactly(Map.entry("web", "gunicorn shop.wsgi"));
        assertThat(lines).contains("       ran manage.py collectstatic --noinput");

        FileTree.delete(app.resolve(".venv"));
        environment.put("DISABLE_COLLECTSTATIC", "1");
        file("other/wsgi.py", "");
        assertThat(build().defaultProcesses()).isEmpty();
        assertThat(transcript()).doesNotContain("collectstatic");

        FileTree.delete(app.resolve("other"));
        newFolder("cache");
        environment.put("PACKAGES", "django");
        FileTree.delete(app.resolve(".venv"));
        assertThat(build().defaultProcesses()).isEmpty();
        assertThat(transcript())
                .contains(" !     no Procfile: add gunicorn to the dependencies and a Procfile with `web: gunicorn"
                        + " shop.wsgi`");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    flask gunicorn            | app.py  | app = Flask(__name__)        | gunicorn app:app
                    flask gunicorn            | wsgi.py | application: Flask = make()  | gunicorn wsgi:application
                    fastapi starlette uvicorn | main.py | app = FastAPI()              | uvicorn main:app --host 0.0.0.0 --port $PORT
                    flask                     | app.py  | app = Flask(__name__)        |
                    flask gunicorn            | app.py  | apps = [Flask(__name__)]     |
                    flask gunicorn            | app.py  | if True: app = Flask('x')    |
                    flask gunicorn            | web.py  | app = Flask(__name__)        |
                    """)
    void knowsHowAnAppOfASmallFrameworkRuns(String packages, String name, String line, @Nullable String command)
            throws IOException {
        environment.put("PACKAGES", packages);
        file("requirements.txt", "x\n");
        file(name, "import x\n" + line + "\n");
        assertThat(build().defaultProcesses()).isEqualTo(command == null ? Map.of() : Map.of("web", command));
    }

    @Test
    void stopsWhereStaticFilesCannotBeCollected() throws IOException {
        environment.put("PACKAGES", "django");
        environment.put("DISABLE_COLLECTSTATIC", "0");
        file("requirements.txt", "django\n");
        file("manage.py", "");
        build();
        collected("ImproperlyConfigured: ... without having set the STATIC_ROOT setting", "set STATIC_ROOT in the");
        collected("KeyError: 'SECRET'", "the reason is above");
        FileTree.delete(app.resolve(".venv"));
        file("says", "Unknown command: 'collectstatic'\n");
        build();
        assertThat(transcript()).contains("nothing to collect");
    }

    private void collected(String text, String remedy) throws IOException {
        FileTree.delete(app.resolve(".venv"));
        file("says", text + "\n");
        assertThatThrownBy(this::build)
                .hasMessageStartingWith("python manage.py collectstatic --noinput failed with exit status 1: " + remedy)
                .hasMessageEndingWith("; `config:set DISABLE_COLLECTSTATIC=1` leaves it out");
    }

    @Test
    void followsNoLinkOfTheApp() throws IOException {
        Path outside = newFolder("outside");
        Files.writeString(outside.resolve("precious"), "x");
        Files.createSymbolicLink(app.resolve(".venv"), outside);
        Files.createSymbolicLink(app.resolve("requirements.txt"), outside.resolve("precious"));
        assertThatThrownBy(this::build).isInstanceOf(Refusal.class).hasMessageContaining("commit plain files");
        Files.delete(app.resolve("requirements.txt"));
        file("requirements.txt", "flask\n");
        build();
        assertThat(transcript()).contains(" !     .venv is committed");
        assertThat(outside.resolve("precious")).exists();
        assertThat(app.resolve(".venv/bin/python")).exists();
    }

    @Test
    void tellsOfAnotherVersionOfItsPackageManager() throws IOException {
        program(
                "poetry",
                "#!/bin/sh\ntest $1 != --version || { echo 'Poetry (version 1.3.2)'; exit; }\n"
                        + TOOL.substring("#!/bin/sh\n".length()));
        file("poetry.lock", "");
        file("pyproject.toml", "[tool.poetry]\nname = \"x\"\nrequires-poetry = \">=2.0\"\n");
        build();
        assertThat(lines)
                .contains(
                        " !     requires-poetry in pyproject.toml asks for poetry >=2.0, the server has 1.3.2 and takes it:"
                                + " on the server: pipx install 'poetry>=2.0', or change requires-poetry in pyproject.toml");
    }

    @Test
    void namesTheVariablesOfAPackageIndex() throws IOException {
        file("requirements.txt", "--index-url https://${INDEX_USER}:${INDEX_PASSWORD}@x/\nflask==3.0\n");
        file("says", "ERROR: No matching distribution found for flask==3.0\n");
        assertThatThrownBy(this::build)
                .hasMessageEndingWith(": requirements.txt names INDEX_PASSWORD, INDEX_USER, which are not set; run"
                        + " `tinyserv config:set INDEX_PASSWORD=… INDEX_USER=…` and push again");
    }
}
