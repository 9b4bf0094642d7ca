package dev.tinyserv.agent.store;

import dev.tinyserv.buildpacks.base.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Folders in which this process must be able to make files. */
public final class WritableFolder {
    private WritableFolder() {}

    /**
     * Refuses where no file can be made in a folder. It writes nothing where the system says that it may.
     *
     * @throws Refusal that names the folder and the system's reason
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
