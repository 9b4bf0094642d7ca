package dev.tinyserv.agent.build;

import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.agent.store.OwnFile;
import dev.tinyserv.buildpacks.process.MarkedProcess;
import dev.tinyserv.buildpacks.source.FileTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a build leaves outside its folder: processes, known by their mark, and temporary files. */
final class BuildTraces {
    /** The variable that marks a build's processes; its value is the build's id. */
    static final String MARK = "TINYSERV_BUILD";

    private static final Logger LOG = LoggerFactory.getLogger(BuildTraces.class);
    private static final String PREFIX = "build-";

    private final Layout layout;
    private final Disposal disposal;

    /** The end of every id: the same for each agent of this root, and ASCII whatever the name of the root is. */
    private final String owner;

    BuildTraces(Layout layout, Disposal disposal) {
        this.layout = layout;
        this.disposal = disposal;
        this.owner = "@" + UUID.nameUUIDFromBytes(layout.temporary().toString().getBytes(StandardCharsets.UTF_8));
    }

    /** The traces of one build, gone when it is closed. */
    final class Trace implements AutoCloseable {
        private final String id;
        private final Path temporary;

        private Trace(String id, Path temporary) {
            this.id = id;
            this.temporary = temporary;
        }

        /**
         * The trace's id, unique on this machine: builds of two apps may have one slug id, but not one temporary
         * folder.
         */
        String id() {
            return id;
        }

        /** The build's folder for temporary files, mode 0700. */
        Path temporary() {
            return temporary;
        }

        /** The folder in which the build's view of the disk is made, which the build cannot see. It need not exist. */
        Path stage() {
            return temporary.resolveSibling(temporary.getFileName() + ".view");
        }

        String mark() {
            return MARK + "=" + id;
        }

        /**
         * Kills the processes that bear the mark, which a process keeps even if it leaves its session and its parent.
         */
        void endProcesses() {
            MarkedProcess.all(MARK).stream()
                    .filter(process -> process.mark().equals(mark()))
                    .forEach(MarkedProcess::kill);
        }

        @Override
        public void close() {
            endProcesses();
            disposal.delete(temporary);
            disposal.delete(stage());
        }
    }

    /** Begins a trace, and makes its temporary folder. */
    Trace begin(String slugId) throws IOException {
        Files.createDirectories(layout.temporary());
        Path temporary = Files.createTempDirectory(layout.temporary(), PREFIX, OwnFile.FOLDER_MODE);
        return new Trace(slugId + "-" + temporary.getFileName() + owner, temporary);
    }

    /** Ends the builds of a predecessor of this agent; those of other agents on this machine are left alone. */
    void endOrphans() {
        MarkedProcess.all(MARK).stream()
                .filter(process -> process.mark().endsWith(owner))
                .forEach(process -> {
                    LOG.info(
                            "ending process {} of an interrupted build",
                            process.identity().pid());
                    process.kill();
                });
    }

    /** Deletes all temporary folders of builds. */
    void deleteTemporary() {
        try {
            FileTree.entries(layout.temporary(), PREFIX + "*").forEach(disposal::delete);
        } catch (NoSuchFileException e) {
            LOG.debug("no build was interrupted");
        } catch (IOException e) {
            LOG.warn("cannot look for temporary files in {}", layout.temporary(), e);
        }
    }
}
