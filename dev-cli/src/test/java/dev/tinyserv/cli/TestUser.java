package dev.tinyserv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A user with an own home, a folder to work in, real git, and programs that record how they are called. */
public final class TestUser {
    private final Path base;
    private final Map<String, String> environment = new HashMap<>();
    private final Path folder;

    /** A user whose files are under a folder. */
    public TestUser(Path base) {
        this.base = base;
        this.folder = folder("work/My App_1");
        environment.put("HOME", folder("home").toString());
        environment.put("PATH", folder("bin") + ":" + System.getenv("PATH"));
        environment.put("LC_ALL", "C.UTF-8");
        environment.put("GIT_CONFIG_NOSYSTEM", "1");
        environment.put("GIT_CEILING_DIRECTORIES", base.toString());
    }

    /** Sets a variable of the user. */
    public TestUser with(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /** Where the user works. */
    public Path folder() {
        return folder;
    }

    /** A path under the user's files. */
    public Path path(String name) {
        return base.resolve(name);
    }

    /** Puts a program on PATH that records its arguments and its input, and then does what the script says. */
    public TestUser withProgram(String name, String script) {
        String record = """
                #!/bin/sh
                out=%s/%s
                printf '%%s\\n' "$@" > "$out.arguments"
                cat > "$out.input"
                """.formatted(base, name);
        write(base.resolve("bin").resolve(name), record + script + "\n");
        return this;
    }

    /** Puts a program on PATH that reads nothing. */
    public TestUser withScript(String name, String script) {
        write(base.resolve("bin").resolve(name), "#!/bin/sh\n" + script + "\n");
        return this;
    }

    /** What a program was called with, or no arguments when it was not called. */
    public List<String> argumentsOf(String program) {
        Path file = base.resolve(program + ".arguments");
        return Files.exists(file) ? read(file).lines().toList() : List.of();
    }

    /** What a program read. */
    public String inputOf(String program) {
        return read(base.resolve(program + ".input"));
    }

    /** Calls git where the user works. */
    public String git(String... arguments) {
        List<String> command = new ArrayList<>(List.of("git"));
        Collections.addAll(command, arguments);
        return run(command, "").out().strip();
    }

    /** Calls tinyserv without input. */
    public Result tinyserv(String... arguments) {
        return tinyservReading("", arguments);
    }

    /** Calls tinyserv with input. */
    public Result tinyservReading(String input, String... arguments) {
        return run(tinyservCommand(arguments), input);
    }

    /** The command that starts tinyserv. */
    public List<String> tinyservCommand(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx64m",
                "-Dtinyserv.terminal=",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.tinyserv.cli.Main"));
        Collections.addAll(command, arguments);
        return command;
    }

    /** Starts a command; both outputs go to files. */
    public ProcessBuilder process(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        return builder.redirectOutput(base.resolve("out").toFile())
                .redirectError(base.resolve("err").toFile());
    }

    /** Runs a command to its end. */
    public Result run(List<String> command, String input) {
        try {
            Process process = process(command).start();
            try (OutputStream in = process.getOutputStream()) {
                in.write(input.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                // It does not read: that is for the test to see.
                assertThat(e).isNotNull();
            }
            boolean ended = process.waitFor(60, TimeUnit.SECONDS);
            process.destroyForcibly();
            assertThat(ended).as("%s ended", command).isTrue();
            return new Result(process.exitValue(), read(base.resolve("out")), read(base.resolve("err")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private Path folder(String name) {
        try {
            return Files.createDirectories(base.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path program, String text) {
        try {
            Files.writeString(program, text);
            Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            // What is not UTF-8 must not keep a test from comparing the rest.
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How a command ended. */
    public record Result(int status, String out, String err) {}
}
