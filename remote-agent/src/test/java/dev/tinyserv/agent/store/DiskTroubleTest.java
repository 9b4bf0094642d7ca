package dev.tinyserv.agent.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class DiskTroubleTest {
    private static final Path OBJECTS = Path.of("/srv/objects");

    @Test
    void aFailureWithoutAPathIsToldWithThePlace() {
        assertThat(DiskTrouble.told(new IOException("Input/output error"), OBJECTS))
                .contains("cannot write /srv/objects: Input/output error; see to the server's disk, then push again");
    }

    @Test
    void aFullDiskIsToldWithWhatToDo() {
        Exception failure =
                new IllegalStateException(new FileNotFoundException("/srv/objects/a (No space left on device)"));
        assertThat(DiskTrouble.told(failure, OBJECTS))
                .contains("cannot write /srv/objects/a: No space left on device;"
                        + " the server's disk is full, free some space, then push again");
        assertThat(DiskTrouble.isFull(failure)).isTrue();
    }

    @Test
    void theCauseNamesPathAndReason() {
        IOException failure = new IOException(
                "Cannot move pack", new FileSystemException("/srv/objects/b", "/srv/objects/c", "Input/output error"));
        assertThat(DiskTrouble.told(failure, OBJECTS).orElseThrow())
                .startsWith("cannot write /srv/objects/b: Input/output error;");
    }

    @Test
    void whatIsNotTheDiskIsNotBlamedOnIt() {
        assertThat(DiskTrouble.told(new IOException("Invalid packet header"), OBJECTS))
                .isEmpty();
        assertThat(DiskTrouble.told(new IllegalStateException("Input/output error"), OBJECTS))
                .isEmpty();
    }
}
