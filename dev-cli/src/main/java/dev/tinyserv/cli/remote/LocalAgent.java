package dev.tinyserv.cli.remote;

import dev.tinyserv.cli.output.Problem;
import dev.tinyserv.cli.output.SafeText;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The tinyserv-remote of this machine. */
public final class LocalAgent {
    private static final String NAME = "tinyserv-remote";

    private final Surroundings surroundings;

    /** Looks for it from here. */
    public LocalAgent(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** Its absolute path: TINYSERV_REMOTE_COMMAND, on PATH, or beside our own distribution; throws when it is not there. */
    public Path program() {
        String said = surroundings.variable("TINYSERV_REMOTE_COMMAND");
        if (said != null) {
            return named(said);
        }
        Path onPath = surroundings.program(NAME);
        Path found = onPath == null ? besideUs() : onPath;
        if (found == null) {
            throw Problem.failed("tinyserv-remote is not on this machine, which TINYSERV_REMOTE=localhost needs: put it"
                    + " on PATH, or set TINYSERV_REMOTE_COMMAND to its path");
        }
        return found;
    }

    /** What git starts in the place of its own program for a push or a fetch, as a shell reads it. */
    public String gitService(String service) {
        String root = surroundings.variable("TINYSERV_ROOT");
        String command = quoted(program().toString()) + " " + service;
        if (root == null) {
            return command;
        }
        Path absolute = surroundings.folder().resolve(root).normalize();
        return "env TINYSERV_ROOT=" + quoted(absolute.toString()) + " " + command;
    }

    private Path named(String said) {
        try {
            Path program = surroundings.folder().resolve(said).normalize();
            if (Surroundings.isProgram(program)) {
                return program;
            }
        } catch (InvalidPathException e) {
            throw notThere(said);
        }
        throw notThere(said);
    }

    private static Problem notThere(String said) {
        return Problem.failed("TINYSERV_REMOTE_COMMAND=" + SafeText.quoted(said)
                + " is not a program: set it to the path of tinyserv-remote");
    }

    private static @Nullable Path besideUs() {
        String home = System.getProperty("tinyserv.home");
        if (home == null) {
            return null;
        }
        Path beside = Path.of(home).resolveSibling(NAME).resolve("bin").resolve(NAME);
        return Surroundings.isProgram(beside) ? beside : null;
    }

    /** The text as one word of a POSIX shell; as it is when that needs no quotes. */
    private static String quoted(String text) {
        return text.matches("[A-Za-z0-9_./:@%+,=-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}
