package dev.tinyserv.buildpacks.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A process with a mark in its environment, by which it is found when all else about it is lost.
 *
 * @param identity the process
 * @param mark the whole line, {@code NAME=value}
 */
public record MarkedProcess(ProcessIdentity identity, String mark) {

    /** All processes that have the variable in their environment, but this one; only ours can be seen. */
    public static List<MarkedProcess> all(String variable) {
        List<MarkedProcess> found = new ArrayList<>();
        long self = ProcessHandle.current().pid();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path entry : entries) {
                long pid = Long.parseLong(entry.getFileName().toString());
                if (pid != self) {
                    add(pid, variable + "=", found);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            throw new IllegalStateException("cannot read /proc", e);
        }
        return List.copyOf(found);
    }

    /** Ends it and its whole tree at once, with SIGKILL. */
    public void kill() {
        new ProcessTree(identity, mark).kill();
    }

    private static void add(long pid, String prefix, List<MarkedProcess> found) {
        // The identity is read before the environment: should the pid change hands between, it matches nobody.
        ProcessIdentity.of(pid).ifPresent(identity -> {
            for (String line : environmentOf(pid)) {
                if (line.startsWith(prefix)) {
                    found.add(new MarkedProcess(identity, line));
                    return;
                }
            }
        });
    }

    private static String[] environmentOf(long pid) {
        try {
            byte[] bytes = Files.readAllBytes(Path.of("/proc", Long.toString(pid), "environ"));
            return new String(bytes, StandardCharsets.ISO_8859_1).split("\0", -1);
        } catch (IOException e) {
            return new String[0]; // gone, or another user's
        }
    }
}
