package dev.tinyserv.agent.run.runtime;

import dev.tinyserv.agent.app.ExitStatus;
import dev.tinyserv.buildpacks.process.OpenFiles;
import dev.tinyserv.buildpacks.process.ProcessIdentity;
import dev.tinyserv.buildpacks.process.ProcessTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * A command that runs below its shim.
 *
 * @param tree the shim, its root, with all descendants
 * @param exitFile where the shim leaves the exit status of the command
 */
record ShimmedProcess(ProcessTree tree, Path exitFile) implements RunningProcess {
    @Override
    public boolean isOver() {
        return Files.exists(exitFile) || !tree.root().isAlive();
    }

    @Override
    public ExitStatus exitStatus() {
        try {
            String status = OpenFiles.ask(() -> Files.readString(exitFile, StandardCharsets.US_ASCII));
            return new ExitStatus(Integer.valueOf(status.strip()));
        } catch (IOException | NumberFormatException e) {
            return ExitStatus.UNKNOWN; // not there, or cut short by a full disk
        }
    }

    /** The shim's child. */
    @Override
    public OptionalLong commandPid() {
        if (!tree.root().isAlive()) {
            return OptionalLong.empty();
        }
        return ProcessHandle.of(tree.root().pid()).stream()
                .flatMap(ProcessHandle::children)
                .mapToLong(ProcessHandle::pid)
                .filter(pid -> ProcessIdentity.of(pid).isPresent())
                .findFirst();
    }
}
