package dev.tinyserv.agent.store;

import dev.tinyserv.buildpacks.base.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Checks that this process can make files in a folder. */
public final class WritableFolder {
    private WritableFolder() {}

    /**
     * Requires that files can be made in a folder. Only if the system says that they cannot, this makes one and deletes
     * it, to learn the reason.
     *
     * @throws Refusal if no file can be made, naming the folder and the system's reason
     */
    public static void require(Path folder) {
        if (Files.isDirectory(folder) && Files.isWritable(folder) && Files.isExecutable(folder)) {
            return;
        }
        try { // for the reason
            Files.delete(Files.createTempFile(folder, DurableFile.TEMPORARY_PREFIX, ""));
        } catch (IOException e) {
            throw new Refusal("cannot write to " + folder + ": " + JsonStore.reason(e), e);
        }
    }
}
