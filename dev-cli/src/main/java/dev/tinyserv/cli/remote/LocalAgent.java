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

    /** Finds the program from these surroundings. */
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

    /** The shell command that git starts instead of its own program for a push or a fetch. */
    public String gitService(String service, ServerAddress address) {
        Path root = root(address);
        String command = quoted(program().toString()) + " " + service;
        return root == null ? command : "env TINYSERV_ROOT=" + quoted(root.toString()) + " " + command;
    }

    /** The absolute TINYSERV_ROOT of an agent on this machine; null when address and environment have none. */
    @Nullable
    Path root(ServerAddress address) {
        String root = address.root() == null ? surroundings.variable("TINYSERV_ROOT") : address.root();
        if (root != null && root.chars().anyMatch(Character::isISOControl)) {
            throw Problem.usage("TINYSERV_ROOT=" + SafeText.quoted(root) + " holds a control character");
        }
        try {
            return root == null ? null : surroundings.folder().resolve(root).normalize();
        } catch (InvalidPathException e) {
            throw Problem.usage("TINYSERV_ROOT=" + SafeText.quoted(root) + " is no name of a folder");
        }
    }

    private Path named(String said) {
        if (said.chars().anyMatch(Character::isISOControl)) {
            throw notThere(said);
        }
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
