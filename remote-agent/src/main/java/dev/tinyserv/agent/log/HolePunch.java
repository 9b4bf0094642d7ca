package dev.tinyserv.agent.log;

import dev.tinyserv.buildpacks.process.Command;
import dev.tinyserv.buildpacks.process.CommandFailed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives disk space in the middle of a file back, with fallocate(1). What is punched reads as zeros, and no offset
 * changes, so punching is safe beside a process that appends and at any point of a crash. Used by one thread.
 */
public final class HolePunch {
    private static final Logger LOG = LoggerFactory.getLogger(HolePunch.class);

    /** A multiple of the blocks of every file system: a block of which a part is punched keeps its space. */
    private static final long BLOCK = 64 * 1024;

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Map<String, String> ENVIRONMENT = Map.of("PATH", "/usr/local/bin:/usr/bin:/bin");

    private final String program;
    private boolean works = true;

    /** Uses a program that takes the options of util-linux's fallocate. */
    HolePunch(String program) {
        this.program = program;
    }

    /**
     * Whether holes can be punched into files on the file system of this one. The file loses its content.
     *
     * @throws IOException if the file's size cannot be read
     */
    public static boolean worksOn(Path file) throws IOException {
        return new HolePunch("fallocate").punch(file, 0, Files.size(file));
    }

    /** Whether holes can be punched here; true until a {@link #punch} has failed. */
    boolean works() {
        return works;
    }

    /**
     * Frees the blocks of 64 KiB from the one that holds {@code from} to the last that ends before {@code to} or at it.
     *
     * @param from an offset in bytes; nobody needs what lies before it
     * @param to an offset in bytes
     * @return whether that worked; if not, and this thread was not interrupted, {@link #works} is false from now on
     */
    boolean punch(Path file, long from, long to) {
        long begin = from / BLOCK * BLOCK;
        long length = to / BLOCK * BLOCK - begin;
        if (!works || length <= 0) {
            return works;
        }
        boolean punched =
                run(List.of(program, "-p", "-o", Long.toString(begin), "-l", Long.toString(length), file.toString()));
        if (!punched && !Thread.currentThread().isInterrupted()) { // an interrupt says nothing about this machine
            works = false;
            LOG.warn("{} cannot punch holes into {}; raw output is cut instead, which may lose a line", program, file);
        }
        return punched;
    }

    private static boolean run(List<String> command) {
        try {
            Command.of(command).environment(ENVIRONMENT).within(LIMIT).run(line -> LOG.debug("{}", line));
            return true;
        } catch (CommandFailed e) {
            return false;
        }
    }
}
