package dev.tinyserv.cli.remote;

import dev.tinyserv.cli.output.Problem;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The environment and the folder of a call.
 *
 * @param environment the variables of the caller
 * @param folder the current folder
 */
public record Surroundings(Map<String, String> environment, Path folder) {
    public Surroundings {
        environment = Map.copyOf(environment);
    }

    /** The value of a variable, or null when it is not set or empty. */
    public @Nullable String variable(String name) {
        String value = environment.get(name);
        return value == null || value.isEmpty() ? null : value;
    }

    /** The server that TINYSERV_REMOTE names, or null when it is not set; throws a usage problem when it names none. */
    public @Nullable ServerAddress server() {
        String said = variable("TINYSERV_REMOTE");
        return said == null ? null : ServerAddress.parse(said);
    }

    /** The server that TINYSERV_REMOTE names; throws a usage problem when it is not set. */
    public ServerAddress requiredServer() {
        ServerAddress server = server();
        if (server == null) {
            throw Problem.usage("which server? set TINYSERV_REMOTE=user@server (or localhost), or run this in a folder"
                    + " with the git remote 'tinyserv'");
        }
        return server;
    }

    /** A builder of a process in these surroundings. */
    public ProcessBuilder process(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        return builder;
    }

    /** Whether git is installed here. */
    boolean hasGit() {
        return program(isWindows() ? "git.exe" : "git") != null;
    }

    /** Whether this is Windows, where ssh cannot share a connection. */
    public static boolean isWindows() {
        return System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");
    }

    /** The absolute path of a program on PATH, or null; relative entries of PATH are not followed. */
    public @Nullable Path program(String name) {
        String path = variable("PATH");
        if (path == null) {
            return null;
        }
        for (String entry : path.split(Pattern.quote(File.pathSeparator), -1)) {
            Path candidate = candidate(entry, name);
            if (candidate != null && isProgram(candidate)) {
                return candidate;
            }
        }
        return null;
    }

    /** Whether a file is there and may be run. */
    static boolean isProgram(Path file) {
        return Files.isRegularFile(file) && Files.isExecutable(file);
    }

    private static @Nullable Path candidate(String folder, String name) {
        try {
            Path candidate = Path.of(folder, name);
            return candidate.isAbsolute() ? candidate : null;
        } catch (InvalidPathException e) {
            return null;
        }
    }
}
