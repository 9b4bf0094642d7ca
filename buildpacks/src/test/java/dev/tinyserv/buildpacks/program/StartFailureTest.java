package dev.tinyserv.buildpacks.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tinyserv.buildpacks.process.Command;
import dev.tinyserv.buildpacks.process.Program;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each command is run by a real shell; what it prints and its status are what is explained. */
class StartFailureTest {
    @TempDir
    Path folder;

    private Path tree;
    private Path app;
    private int status;
    private final Map<String, String> environment = new TreeMap<>(Map.of("PATH", "/usr/bin:/bin", "LANG", "C.UTF-8"));

    @BeforeEach
    void anApp() throws IOException {
        tree = Files.createDirectory(folder.resolve("app"));
        app = tree;
    }

    private Path file(String name, String content) throws IOException {
        Path file = app.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }

    private void program(String name, String content) throws IOException {
        assertThat(file(name, content).toFile().setExecutable(true)).isTrue();
    }

    private String explained(String command) throws Exception {
        return explained("/bin/sh", command);
    }

    private String explained(String shell, String command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(shell, "-c", command).directory(app.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = builder.redirectErrorStream(true).start();
        List<String> lines = new ArrayList<>(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList());
        status = process.waitFor();
        return why(command, status, lines);
    }

    private String why(String command, int exit, List<String> lines) {
        String why = new StartFailure(tree, app, new ProgramPath(environment, false)).explained(command, exit, lines);
        return why.startsWith(": ") ? why.substring(2) : why;
    }

    @Test
    void namesTheEncodingOfAScript() throws Exception {
        program("start.sh", "\ufeff#!/bin/sh\nexec nothing-of-this-name\n");
        String marked = "start.sh begins with a byte order mark, as Windows writes it: save it as UTF-8 without BOM,"
                + " commit and push";
        assertThat(explained("exec ./start.sh")).isEqualTo(marked);
        assertThat(explained("/bin/bash", "exec ./start.sh")).isEqualTo(marked);
        Files.writeString(app.resolve("start.sh"), "\ufeff#!/bin/sh\necho hello\n", StandardCharsets.UTF_16LE);
        String utf16 = "start.sh is UTF-16: save it as UTF-8, commit and push";
        assertThat(explained("/bin/bash", "exec ./start.sh")).isEqualTo(utf16);
        assertThat(explained("exec ./start.sh")).isEqualTo(utf16);
        assertThat(explained("exec sh start.sh")).isEqualTo(utf16);
        assertThat(explained("exec env ./start.sh")).isEqualTo(utf16);
    }

    @Test
    void namesTheCarriageReturnBehindTheFirstLine() throws Exception {
        program("start.sh", "#!/bin/sh\r\necho hello\r\n");
        String mended = "the first line of start.sh ends with CR, as Windows writes lines: run"
                + " `echo 'start.sh text eol=lf' >>.gitattributes && git add --renormalize start.sh .gitattributes`,"
                + " commit and push";
        assertThat(explained("exec ./start.sh")).isEqualTo(mended);
        assertThat(status).isEqualTo(127);
        assertThat(explained("PORT=1 env X=2 ./start.sh --port 5")).isEqualTo(mended);
        assertThat(explained("/bin/bash", "./start.sh")).isEqualTo(mended);
        program("start.sh", "#!/usr/bin/env sh\r\necho hello\r\n");
        assertThat(explained("./start.sh")).isEqualTo(mended);
        assertThat(explained("cd . && ./start.sh")).isEqualTo(mended);
        file("package.json", "{\"scripts\":{\"start\":\"./start.sh\"}}");
        assertThat(explained("echo '> ./start.sh'; ./start.sh")).isEqualTo(mended);
    }

    @Test
    void namesCarriageReturnsInAScriptThatAShellIsGiven() throws Exception {
        file("run.sh", "nothing-of-that-name\r\n");
        assertThat(explained("bash run.sh")).startsWith("lines of run.sh end with CR, as Windows writes lines: run `");
        program("inner.sh", "#!/bin/sh\r\n");
        program("outer", "#!/bin/sh\n./inner.sh\n");
        assertThat(explained("./outer")).startsWith("the first line of inner.sh ends with CR");
    }

    /** The shell itself starts all of it: the status may be any that is not 0. */
    @Test
    void namesCarriageReturnsWhateverTheScriptEndedWith() throws Exception {
        file("start.sh", "#!/bin/sh\r\nexit 3\r\nexit 4\r\n");
        for (String command : List.of("sh start.sh", "exec bash ./start.sh -x", "bash -e start.sh")) {
            assertThat(explained(command)).as(command).startsWith("lines of start.sh end with CR");
        }
        file("sound.sh", "exit 3\n");
        assertThat(explained("sh sound.sh")).isEmpty();
    }

    @Test
    void namesAProgramInQuotesWithASpace() throws Exception {
        file("my start.sh", "#!/bin/sh\n");
        String mended =
                "my start.sh is not executable: run `chmod +x 'my start.sh'` and `git add --chmod=+x 'my start.sh'`, commit and push";
        assertThat(explained("\"./my start.sh\"")).isEqualTo(mended);
        assertThat(explained("exec './my start.sh' --port 5")).isEqualTo(mended);
        program("my start.sh", "#!/bin/sh\r\n");
        assertThat(explained("'./my start.sh'"))
                .endsWith(
                        "run `echo '\"my start.sh\" text eol=lf' >>.gitattributes && git add --renormalize 'my start.sh'"
                                + " .gitattributes`, commit and push");
        assertThat(explained("'./my other.sh'")).startsWith("there is no ./my other.sh where it runs");
    }

    @Test
    void saysBothOfAFileThatIsCalledWithoutItsFolderAndNotExecutable() throws Exception {
        for (String name : List.of("start.sh", "launch")) {
            file(name, "#!/bin/sh\n");
            assertThat(explained(name))
                    .isEqualTo("a program of the app is called with its folder: ./" + name + "; and " + name
                            + " is not executable: run `chmod +x " + name + "` and `git add --chmod=+x " + name
                            + "`, commit and push");
        }
    }

    @Test
    void namesTheOtherSpelling() throws Exception {
        program("bin/Start.sh", "#!/bin/sh\n");
        String mended = ", but bin/Start.sh: call it as it is written there";
        assertThat(explained("./bin/start.sh")).isEqualTo("there is no ./bin/start.sh" + mended);
        assertThat(explained("exec bin/start.sh")).isEqualTo("there is no bin/start.sh" + mended);
    }

    @Test
    void namesAnInterpreterThatIsNoPath() throws Exception {
        program("start", "#!node\nx\n");
        String mended = "the first line of start asks for node, which is no path: write `#!/usr/bin/env node` there,"
                + " commit and push";
        assertThat(explained("./start")).isEqualTo(mended);
        assertThat(explained("/bin/bash", "./start")).isEqualTo(mended);
    }

    @Test
    void namesProgramsByTheirFirstBytes() throws Exception {
        for (String magic : List.of("cffaedfe", "cefaedfe", "feedfacf", "cafebabe00000002")) {
            program("start", "");
            Files.write(app.resolve("start"), HexFormat.of().parseHex(magic + "00000001"));
            assertThat(explained("./start"))
                    .as(magic)
                    .isEqualTo("start is a program for macOS: build it for linux, commit and push");
        }
        program("start.exe", "");
        Files.write(app.resolve("start.exe"), HexFormat.of().parseHex("4d5a90006161"));
        assertThat(explained("exec ./start.exe"))
                .isEqualTo("start.exe is a program for Windows: build it for linux, commit and push");
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 63, 100, 2000})
    void namesAProgramThatEndsEarly(int length) throws Exception {
        byte[] whole = Files.readAllBytes(Path.of("/bin/true"));
        assumeTrue(whole.length > length && whole[1] == 'E');
        program("start", "");
        Files.write(app.resolve("start"), Arrays.copyOf(whole, length));
        String said = explained("./start");
        assumeTrue(status == 126 || status == 127, "the system started it");
        assertThat(said).isEqualTo("start is a program that ends early: build it again, commit and push");
    }

    @Test
    void namesAFileWithoutThePermission() throws Exception {
        file("bin/start", "#!/bin/sh\n");
        String mended =
                "bin/start is not executable: run `chmod +x bin/start` and `git add --chmod=+x bin/start`, commit and push";
        assertThat(explained("exec bin/start")).isEqualTo(mended);
        assertThat(status).isEqualTo(126);
        program("outer", "#!/bin/sh\nbin/start\n");
        assertThat(explained("./outer")).isEqualTo(mended);
        assertThat(explained("./bin")).isEqualTo("bin is a folder: name a program in it");
    }

    /** Where git heeds the modes of files, and where it does not, as on Windows; whether git knows the file or not. */
    @ParameterizedTest
    @CsvSource({"true, true", "true, false", "false, true", "false, false"})
    void whatGivesThePermissionLasts(boolean modes, boolean known) throws Exception {
        file("start", "#!/bin/sh\n");
        List<String> mending = Pattern.compile("`([^`]*)`")
                .matcher(explained("./start"))
                .results()
                .map(command -> command.group(1))
                .toList();
        shell("git init -q && git config core.fileMode " + modes + (known ? " && git add start" : ""));

        // On Windows there is no such mode, or no such program.
        mending.stream()
                .filter(command -> modes || !command.startsWith("chmod"))
                .forEach(this::shell);
        file("start", "#!/bin/sh\necho more\n");
        shell("git add -A");

        assertThat(shell("git ls-files -s start")).startsWith("100755 ");
    }

    private String shell(String script) {
        return Command.of("sh", "-c", script)
                .in(app)
                .environment(Map.of("PATH", System.getenv("PATH"), "GIT_CONFIG_GLOBAL", "/dev/null"))
                .collect()
                .text();
    }

    @Test
    void namesTheInterpreterThatIsNotThere() throws Exception {
        program("start", "#!/opt/nowhere/bin/fish\n");
        assertThat(explained("./start"))
                .isEqualTo(
                        "the first line of start asks for /opt/nowhere/bin/fish, which is not installed on the server:"
                                + " on Debian: apt-get install fish");
        program("start", "#!/opt/nowhere/bin/sh\n");
        assertThat(explained("./start")).endsWith(": write `#!/usr/bin/env sh` there, commit and push");
        program("start", "#!/usr/bin/env -S interpreter-of-nobody --flag\n");
        assertThat(explained("./start"))
                .startsWith("the first line of start asks for interpreter-of-nobody, which is not installed");
    }

    @Test
    void namesAProgramForAnotherMachine() throws Exception {
        byte[] elf = Files.readAllBytes(Path.of("/bin/true").toRealPath());
        elf[18] = 22; // s390x
        Files.write(app.resolve("server"), elf);
        assertThat(app.resolve("server").toFile().setExecutable(true)).isTrue();
        assertThat(explained("/bin/bash", "./server"))
                .startsWith("server is a program for s390x: build it for linux/")
                .endsWith(", commit and push");
        program("server.exe", "MZ" + "\0".repeat(100));
        assertThat(new ProgramFile(app.resolve("server.exe"), "server.exe")
                        .obstacle(new ProgramPath(environment, false)))
                .contains(new Obstacle("server.exe is a program for Windows", "build it for linux, commit and push"));
    }

    @Test
    void namesALoaderThatIsNotThere() throws Exception {
        byte[] elf = Files.readAllBytes(Path.of("/bin/true").toRealPath());
        String text = new String(elf, StandardCharsets.ISO_8859_1);
        int at = text.indexOf("/ld-linux");
        elf[at + 1] = 'X';
        Files.write(app.resolve("server"), elf);
        assertThat(app.resolve("server").toFile().setExecutable(true)).isTrue();
        assertThat(explained("./server"))
                .startsWith("server is linked with a C library that is not on the server (/lib")
                .endsWith("): build it statically, or for the server's C library");
        assertThat(status).isEqualTo(127);
    }

    @Test
    void namesThePackageOfDevelopmentThatAProgramCameWith() throws Exception {
        file("package.json", "{\"devDependencies\":{\"vite\":\"5\",\"typescript\":\"5\",\"@x/own\":\"1\"}}");
        assertThat(explained("vite preview"))
                .isEqualTo("vite is a development dependency, and those are not there when the app runs: run"
                        + " `npm install --save-prod vite`, commit and push");
        assertThat(explained("tsc -w")).startsWith("tsc comes with typescript, a development dependency, and those");
        file(
                "package-lock.json",
                "{\"packages\":{\"node_modules/@x/own\":{\"dev\":true,\"bin\":{\"serve-it\":\"cli.js\"}}}}");
        assertThat(explained("serve-it")).contains("comes with @x/own", "npm install --save-prod @x/own");
        file("pnpm-lock.yaml", "");
        assertThat(explained("vite preview; exit 1")).contains("run `pnpm add vite`");
    }

    @Test
    void namesAModuleOfDevelopment() throws Exception {
        file("package.json", "{\"devDependencies\":{\"@nestjs/core\":\"5\"}}");
        assertThat(explained("echo \"Error: Cannot find module '@nestjs/core/app'\"; exit 1"))
                .startsWith("@nestjs/core is a development dependency");
        assertThat(explained("echo \"Error: Cannot find module './own'\"; exit 1"))
                .isEmpty();
    }

    @Test
    void knowsTheDevelopmentPackagesOfOtherLanguages() throws Exception {
        file("composer.lock", "{\"packages-dev\":[{\"name\":\"phpunit/phpunit\",\"bin\":[\"phpunit\"]}]}");
        assertThat(explained("phpunit"))
                .contains("comes with phpunit/phpunit", "run `composer require phpunit/phpunit`");
        assertThat(explained("vendor/bin/phpunit")).contains("comes with phpunit/phpunit");
        file("Gemfile", "gem 'puma', '~> 6'\ngroup :development do\n  gem \"foreman\"\nend\ngem 'rails'\n");
        assertThat(explained("foreman start")).contains("move it out of its group in the Gemfile");
        assertThat(explained("rails")).startsWith("rails is neither among the app's packages nor installed");
        file("Pipfile", "[packages]\ndjango = \"*\"\n[dev-packages]\ngunicorn-x = \"*\"\n");
        assertThat(explained("gunicorn-x")).contains("run `pipenv install gunicorn-x`");
        assertThat(explained("echo \"ModuleNotFoundError: No module named 'gunicorn_x'\"; exit 1"))
                .startsWith("gunicorn_x is a development dependency");
    }

    @Test
    void saysWhatIsNowhere() throws Exception {
        assertThat(explained("no-such-program"))
                .isEqualTo("no-such-program is neither among the app's packages nor installed on the server");
        assertThat(explained("./target/app"))
                .isEqualTo("there is no ./target/app where it runs: see whether the build makes it, and whether"
                        + " .gitignore or .slugignore leaves it out");
        program("start.sh", "#!/bin/sh\n");
        assertThat(explained("start.sh")).isEqualTo("a program of the app is called with its folder: ./start.sh");
    }

    /** Dash says so where a folder of the path may not be looked into, as a server's is that was started by root. */
    @Test
    void aProgramThatIsDeniedNowhereInParticularIsNotThere() throws Exception {
        file("package.json", "{\"devDependencies\":{\"nx\":\"17\"}}");
        List<String> lines = List.of("> shop@1 start", "> nx serve", "sh: 1: nx: Permission denied", "npm notice");
        assertThat(why("npm start", 127, lines)).startsWith("nx is a development dependency");
        file("package.json", "{}");
        assertThat(why("npm start", 127, lines))
                .contains("nx is neither among the app's packages nor installed on the server");
        assertThat(why("x", 127, List.of("sh: 1: cannot create /x: Permission denied")))
                .isEmpty();
    }

    @Test
    void saysNothingOfWhatItDoesNotKnow() throws Exception {
        file("config.txt", "x");
        assertThat(explained("exit 127")).isEmpty();
        assertThat(explained("echo 'Error: not found'; exit 1")).isEmpty();
        assertThat(explained("cat ./nothing.txt; exit 1")).isEmpty();
        assertThat(explained("no-such-program; exit 3")).isEmpty();
        assertThat(explained("node-of-nobody ./config.txt")).doesNotContain("config.txt");
        assertThat(why("\0", 127, List.of("sh: 1: \0: not found"))).isEmpty();
    }

    @Test
    void readsNothingBehindALinkOutOfTheApp() throws Exception {
        Path secret = Files.writeString(folder.resolve("secret"), "#!/very-secret\n");
        assertThat(secret.toFile().setExecutable(true)).isTrue();
        Files.createSymbolicLink(app.resolve("start"), secret);
        assertThat(explained("./start")).doesNotContain("very-secret");
    }

    @Test
    void isNotHeldUpByHostileLines() {
        String line = "a/".repeat(5000) + ": 1: not found";
        assertThat(why("x".repeat(30_000), 127, List.of(line, "a: 1: ".repeat(300))))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "echo \"PermissionError: [Errno 13] Permission denied: 'data/app.db'\"; exit 1",
                "echo \"FileNotFoundError: [Errno 2] No such file or directory: 'data/app.db'\"; exit 1",
                "echo \"PermissionError: [Errno 13] Permission denied: 'data'\"; exit 1",
                "echo './start.sh: line 3: data/app.db: Permission denied'; exit 1",
                "echo './start.sh: 3: data/app.db: Permission denied'; exit 2",
                "echo 'data/app.db: Permission denied'; exit 1",
                "echo 'data/app.db: not found'; exit 1",
                "echo 'shop: data/app.db: command not found'; exit 1",
                "echo \"cannot read env: 'data/app.db': Permission denied\"; exit 1",
                "echo \"dotenv: 'data/app.db': Permission denied\"; exit 1",
                "echo 'data/app.db: cannot execute: no such statement'; exit 1",
                "echo 'bundler: failed to load command: data/app.db (/x)'; exit 1",
                "echo 'store.rb:1:in `open: Permission denied - data/app.db (Errno::EACCES)'; exit 1",
                "echo 'cannot respawn data/app.db EACCES'; exit 1",
            })
    void takesNoFileThatIsReadForAProgram(String command) throws Exception {
        file("data/app.db", "not a program");
        assertThat(explained(command)).isEmpty();
    }

    @Test
    void takesARedirectionThatFailsForWhatItIs() throws Exception {
        file("node_modules/foo/x.js", "// a file");
        program("start.sh", "#!/bin/bash\n\nexec <node_modules/foo/x.js/y >node_modules/foo/x.js\n");
        assertThat(explained("./start.sh")).isEmpty();
        assertThat(status).isEqualTo(1);
    }

    @Test
    void knowsAProgramThatPythonCouldNotStart() throws Exception {
        environment.put("PATH", System.getenv("PATH"));
        assumeTrue(Program.find("python3", environment).isPresent(), "python3 is not on this machine");
        file("bin/start", "#!/bin/sh\n");
        file("run.py", "import subprocess\nsubprocess.run(['bin/start'])\n");
        assertThat(explained("python3 run.py")).startsWith("bin/start is not executable: run `chmod");
        assertThat(status).isEqualTo(1);
        file("run.py", "import subprocess\nsubprocess.run(['true'])\nopen('bin/start/x')\n");
        assertThat(explained("python3 run.py")).isEmpty();
        file("run.py", "import subprocess\ntry:\n  subprocess.run(['/none'])\nexcept OSError:\n  open('bin')\n");
        assertThat(explained("python3 run.py")).isEmpty();
    }

    @Test
    void knowsAProgramThatRubyCouldNotStart() throws Exception {
        environment.put("PATH", System.getenv("PATH"));
        assumeTrue(Program.find("ruby", environment).isPresent(), "ruby is not on this machine");
        file("bin/start", "#!/bin/sh\n");
        for (String call : List.of("spawn('bin/start')", "exec('bin/start')", "`bin/start`", "IO.popen('bin/start')")) {
            file("run.rb", call + "\n");
            assertThat(explained("ruby run.rb")).as(call).startsWith("bin/start is not executable: run `chmod");
        }
        file("run.rb", "raise Errno::EACCES, 'bin/start'\n");
        assertThat(explained("ruby run.rb")).isEmpty();
    }

    @Test
    void knowsAProgramThatNodeCouldNotStart() throws Exception {
        environment.put("PATH", System.getenv("PATH"));
        assumeTrue(Program.find("node", environment).isPresent(), "node is not on this machine");
        file("bin/start", "#!/bin/sh\n");
        for (String call : List.of("spawn('bin/start')", "execFileSync('bin/start')")) {
            file("run.js", "require('node:child_process')." + call + "\n");
            assertThat(explained("node run.js")).as(call).startsWith("bin/start is not executable: run `chmod");
        }
        file("run.js", "require('node:fs').openSync('bin/start/x')\n");
        assertThat(explained("node run.js")).isEmpty();
    }

    @Test
    void namesFilesFromTheRootOfTheRepository() throws Exception {
        app = Files.createDirectories(tree.resolve("packages/api"));
        file("bin/start", "#!/bin/sh\n");
        assertThat(explained("bin/start"))
                .isEqualTo(
                        "packages/api/bin/start is not executable: run"
                                + " `chmod +x packages/api/bin/start` and `git add --chmod=+x packages/api/bin/start`, commit and push");
        program("bin/start", "#!/bin/sh\r\n");
        assertThat(explained("bin/start"))
                .endsWith("run `echo 'packages/api/bin/start text eol=lf' >>.gitattributes && git add --renormalize"
                        + " packages/api/bin/start .gitattributes`, commit and push");
        Files.createDirectory(tree.resolve("bin"));
        Files.writeString(tree.resolve("bin/all"), "#!/bin/sh\n");
        assertThat(explained("../../bin/all")).startsWith("bin/all is not executable");
    }

    @Test
    void namesAGemThatIsRequiredByAPath() throws Exception {
        file("Gemfile", "group :development do\n  gem \"bootsnap\"\n  gem \"net-ssh\"\nend\n");
        String gone = "echo 'x.rb:1:in `require: cannot load such file -- %s (LoadError)'; exit 1";
        assertThat(explained(gone.formatted("bootsnap/setup"))).startsWith("bootsnap is a development dependency");
        assertThat(explained(gone.formatted("net/ssh"))).startsWith("net-ssh is a development dependency");
        assertThat(explained(gone.formatted("other/setup"))).isEmpty();
    }
}
