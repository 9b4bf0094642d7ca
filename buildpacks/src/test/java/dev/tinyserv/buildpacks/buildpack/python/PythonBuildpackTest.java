package dev.tinyserv.buildpacks.buildpack.python;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.buildpack.BuiltApp;
import dev.tinyserv.buildpacks.buildpack.LanguageStage;
import dev.tinyserv.buildpacks.source.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** With programs that only say what they were asked for; the real ones are in {@code RealPythonTest}. */
@Timeout(180)
class PythonBuildpackTest extends LanguageStage {
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

    @BeforeEach
    void anApp() throws IOException {
        program("python3", PYTHON);
        environment.put("PATH", folder.resolve("bin") + ":/usr/bin:/bin");
    }

    private BuiltApp build() throws IOException {
        return build(new PythonBuildpack());
    }

    @Test
    void installsWhatTheListSaysAndKeepsItWhileNothingChanges() throws IOException {
        write("requirements.txt", "flask==3.0\n");
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
        write("requirements.txt", "flask==3.0\n");
        build();
        assertThat(lines).last().isEqualTo("       nothing changed: .venv of the last build");
        assertThat(app.resolve(".venv/bin/python")).isExecutable();

        environment.put("PIP_INDEX_URL", "https://index.example/");
        app = newFolder("app");
        write("requirements.txt", "flask==3.0\n");
        build();
        assertThat(transcript()).contains("ran -m pip");
    }

    @Test
    void startsNoPipForAnEmptyListOrForSettingsOfOtherTools() throws IOException {
        write("requirements.txt", "# nothing yet\n\n");
        build();
        assertThat(lines).last().isEqualTo("       python3 -m venv --without-pip .venv");
        app = newFolder("app");
        write("pyproject.toml", "[tool.black]\nline-length = 100\n");
        build();
        assertThat(transcript()).contains("no dependencies to install").doesNotContain("pip install");
    }

    @Test
    void takesTheManagerWhoseLockFileIsThere() throws IOException {
        for (String tool : List.of("uv", "poetry", "pipenv")) {
            program(tool, TOOL);
        }
        write("setup.py", "");
        built("python -m pip install .", "no lock file");
        write("pyproject.toml", "[project]\n");
        built("python -m pip install .", "no lock file");
        write("Pipfile", "");
        built("pipenv install --skip-lock", "no lock file");
        write("requirements.txt", "flask\n");
        built("python -m pip install -r requirements.txt", "");
        write("Pipfile.lock", "{}");
        built("pipenv install --deploy", "requirements.txt: not read, Pipfile.lock says what is installed");
        write("poetry.lock", "");
        built("poetry install --only main --no-interaction", "Pipfile.lock, requirements.txt: not read");
        write("uv.lock", "");
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
        write(wishes, "");
        write(lock, "");
        write(kind, text + "\n");
        assertThatThrownBy(this::build)
                .isInstanceOf(Refusal.class)
                .hasMessageEndingWith(
                        lock + " does not fit " + wishes + "; run `" + tool + " lock` and commit " + lock);
    }

    @Test
    void saysWhatToDoAboutAFailure() throws IOException {
        write("requirements.txt", "lxml\n");
        failed("src/x.c:1:10: fatal error: Python.h: No such file or directory", "install build-essential python3-dev");
        failed("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "write the hashes anew");
        failed("OSError: [Errno 28] No space left on device", "failed with exit status 1: the server's disk is full");
        failed("ERROR: No matching distribution found for lxml", "does the server reach the package index?");
        failed("ERROR: something else", "failed with exit status 1");
    }

    private void failed(String text, String remedy) throws IOException {
        FileTree.delete(app.resolve(".venv"));
        write("says", text + "\n");
        assertThatThrownBy(this::build)
                .isInstanceOf(Refusal.class)
                .hasMessageStartingWith("python -m pip install -r requirements.txt failed")
                .hasMessageEndingWith(remedy);
        assertThat(lines).contains("       " + text);
    }

    @Test
    void namesWhatIsMissingOnTheServer() throws IOException {
        environment.put("PATH", folder.resolve("bin") + ":/nowhere");
        write("pyproject.toml", "");
        write("uv.lock", "");
        program("python3", "#!/bin/sh\necho Python 3.11.2\n");
        assertThatThrownBy(this::build).hasMessage("uv is not installed on the server; with pipx: pipx install uv");
        FileTree.delete(app.resolve("uv.lock"));
        write("poetry.lock", "");
        assertThatThrownBy(this::build)
                .hasMessage("poetry is not installed on the server; on Debian: apt-get install python3-poetry");
        Files.delete(folder.resolve("bin/python3"));
        assertThatThrownBy(this::build)
                .hasMessage("python3 is not installed on the server; on Debian: apt-get install python3 python3-venv");
        environment.put("PATH", folder.resolve("bin") + ":/usr/bin:/bin");
        program(
                "python3",
                "#!/bin/sh\n[ $1 = --version ] && echo Python 3.11 || { echo ensurepip is missing; exit 1; }");
        write("requirements.txt", "x");
        Files.delete(app.resolve("poetry.lock"));
        assertThatThrownBy(this::build).hasMessageEndingWith(": on Debian: apt-get install python3 python3-venv");
    }

    @Test
    void collectsTheStaticFilesOfDjangoAndKnowsHowItRuns() throws IOException {
        environment.put("PACKAGES", "django gunicorn");
        write("requirements.txt", "django\n");
        write("manage.py", "");
        write("shop/wsgi.py", "");
        write("shop;rm/wsgi.py", "");
        assertThat(build().defaultProcesses()).containsExactly(Map.entry("web", "gunicorn shop.wsgi"));
        assertThat(lines).contains("       ran manage.py collectstatic --noinput");

        FileTree.delete(app.resolve(".venv"));
        environment.put("DISABLE_COLLECTSTATIC", "1");
        write("other/wsgi.py", "");
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
        write("requirements.txt", "x\n");
        write(name, "import x\n" + line + "\n");
        assertThat(build().defaultProcesses()).isEqualTo(command == null ? Map.of() : Map.of("web", command));
    }

    @Test
    void stopsWhereStaticFilesCannotBeCollected() throws IOException {
        environment.put("PACKAGES", "django");
        environment.put("DISABLE_COLLECTSTATIC", "0");
        write("requirements.txt", "django\n");
        write("manage.py", "");
        build();
        collected("ImproperlyConfigured: ... without having set the STATIC_ROOT setting", "set STATIC_ROOT in the");
        collected("KeyError: 'SECRET'", "the reason is above");
        FileTree.delete(app.resolve(".venv"));
        write("says", "Unknown command: 'collectstatic'\n");
        build();
        assertThat(transcript()).contains("nothing to collect");
    }

    private void collected(String text, String remedy) throws IOException {
        FileTree.delete(app.resolve(".venv"));
        write("says", text + "\n");
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
        write("requirements.txt", "flask\n");
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
        write("poetry.lock", "");
        write("pyproject.toml", "[tool.poetry]\nname = \"x\"\nrequires-poetry = \">=2.0\"\n");
        build();
        assertThat(lines)
                .contains(
                        " !     requires-poetry in pyproject.toml asks for poetry >=2.0, the server has 1.3.2 and takes it:"
                                + " on the server: pipx install 'poetry>=2.0', or change requires-poetry in pyproject.toml");
    }

    @Test
    void namesTheVariablesOfAPackageIndex() throws IOException {
        write("requirements.txt", "--index-url https://${INDEX_USER}:${INDEX_PASSWORD}@x/\nflask==3.0\n");
        write("says", "ERROR: No matching distribution found for flask==3.0\n");
        assertThatThrownBy(this::build)
                .hasMessageEndingWith(": requirements.txt names INDEX_PASSWORD, INDEX_USER, which are not set; run"
                        + " `tinyserv config:set INDEX_PASSWORD=… INDEX_USER=…` and push again");
    }
}
