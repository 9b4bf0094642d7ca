package dev.tinyserv.agent.route.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.agent.app.Endpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TargetIdsTest {
    private static final Endpoint ONE = new Endpoint("127.0.0.1", 20000);

    @TempDir
    Path root;

    @Test
    void idsAreTheSameAsLongAsTheKeyIs() throws IOException {
        Path file = root.resolve("affinity.key");
        String id = new TargetIds(file).of(ONE);

        assertThat(id).matches("[0-9a-f]{16}").doesNotContain("20000");
        assertThat(new TargetIds(file).of(ONE)).isEqualTo(id);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(Files.readString(file)).matches("[0-9a-f]{64}\n");
        assertThat(new TargetIds(root.resolve("other.key")).of(ONE)).isNotEqualTo(id);
        assertThat(new TargetIds(null).of(ONE)).isNotEqualTo(id);
    }

    @Test
    void eachEndpointHasAnotherId() {
        TargetIds ids = new TargetIds(null);
        Set<String> all = new HashSet<>();
        for (int port = 20000; port < 21000; port++) {
            all.add(ids.of(new Endpoint("127.0.0.1", port)));
            all.add(ids.of(new Endpoint("127.0.0.2", port)));
        }

        assertThat(all).hasSize(2000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "zz", "0123456789abcdef", "\n\n"})
    void aDamagedKeyIsMadeAnew(String content) throws IOException {
        Path file = root.resolve("affinity.key");
        Files.writeString(file, content.equals("zz") ? "z".repeat(64) + "\n" : content);

        String id = new TargetIds(file).of(ONE);

        assertThat(new TargetIds(file).of(ONE)).isEqualTo(id);
        assertThat(Files.readString(file)).matches("[0-9a-f]{64}\n");
    }

    @Test
    void aLinkInItsPlaceIsNotFollowed() throws IOException {
        Path elsewhere = Files.writeString(root.resolve("elsewhere"), "0".repeat(64) + "\n");
        Path file = Files.createSymbolicLink(root.resolve("affinity.key"), elsewhere);

        new TargetIds(file).of(ONE);

        assertThat(Files.isSymbolicLink(file)).isFalse();
        assertThat(Files.readString(elsewhere)).startsWith("0000");
    }

    @Test
    void withoutAFileTheKeyIsKeptInMemory() throws IOException {
        Path file = Files.createDirectories(root.resolve("affinity.key/in-the-way"));
        TargetIds ids = new TargetIds(file.getParent());

        assertThat(ids.of(ONE)).isEqualTo(ids.of(ONE));
        assertThat(file).exists();
    }
}
