package dev.tinyserv.agent.run.runtime;

import dev.tinyserv.buildpacks.process.ProcessIdentity;
import dev.tinyserv.buildpacks.process.ProcessTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A process that was started: the shim, and below it the app.
 *
 * @param tree everything that came from it; its root is the shim
 * @param exitFile where the shim leaves the exit status of the command
 */
public record RunningProcess(ProcessTree tree, Path exitFile) {
    /** Whether the command has ended, or the shim was killed. */
    public boolean isOver() {
        return Files.exists(exitFile) || !tree.root().isAlive();
    }

    /** How the command ended; empty while it runs and if the shim was killed. */
    public OptionalInt exitStatus() {
        try {
            return OptionalInt.of(Integer.parseInt(
                    Files.readString(exitFile, StandardCharsets.US_ASCII).strip()));
        } catch (IOException | NumberFormatException e) {
            return OptionalInt.empty(); // not there, or cut short by a full disk
        }
    }

    /** The pid of the command itself, while it runs: the shim's child. */
    public OptionalLong commandPid() {
        if (!tree.root().isAlive()) {
            return OptionalLong.empty();
        }
        return childOf(tree.root());
    }

    private static OptionalLong childOf(ProcessIdentity parent) {
        return ProcessHandle.of(parent.pid()).stream()
                .flatMap(ProcessHandle::children)
                .mapToLong(ProcessHandle::pid)
                .filter(pid -> ProcessIdentity.of(pid).isPresent())
                .findFirst();
    }
}
