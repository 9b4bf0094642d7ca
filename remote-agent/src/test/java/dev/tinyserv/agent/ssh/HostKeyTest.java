package dev.tinyserv.agent.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinyserv.agent.keys.SshKeygen;
import dev.tinyserv.buildpacks.base.Refusal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostKeyTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "rubbish",
                "-----BEGIN OPENSSH PRIVATE KEY-----\n",
                "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n"
            })
    void aDamagedKeyIsNamedAndNeverReplaced(String content) throws Exception {
        Path file = folder.resolve("ssh_host_ed25519_key");
        Files.writeString(file, content);
        assertThatThrownBy(() -> new HostKey(folder.resolve("ssh_host_ed25519_key")).loadOrCreate())
                .isInstanceOf(Refusal.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("backup");
        assertThat(file).hasContent(content);
    }

    @Test
    void aTruncatedKeyIsDamaged() throws Exception {
        new HostKey(folder.resolve("ssh_host_ed25519_key")).loadOrCreate();
        Path file = folder.resolve("ssh_host_ed25519_key");
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length - 40; length += 37) {
            Files.write(file, java.util.Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> new HostKey(folder.resolve("ssh_host_ed25519_key")).loadOrCreate())
                    .isInstanceOf(Refusal.class);
        }
    }

    @Test
    void aKeyOfAnotherTypeIsRefused() {
        new SshKeygen(folder).make("ssh_host_ed25519_key", "rsa", 2048);
        assertThatThrownBy(() -> new HostKey(folder.resolve("ssh_host_ed25519_key")).loadOrCreate())
                .isInstanceOf(Refusal.class);
    }

    @Test
    void aKeyMadeBySshKeygenIsUsedAndItsPublicHalfPutBeside() throws Exception {
        Path file = new SshKeygen(folder).ed25519("ssh_host_ed25519_key");
        String expected = SshKeygen.publicKey(file).split(" ", -1)[1];
        Files.delete(folder.resolve("ssh_host_ed25519_key.pub"));
        new HostKey(folder.resolve("ssh_host_ed25519_key")).loadOrCreate();
        assertThat(Files.readString(folder.resolve("ssh_host_ed25519_key.pub"), StandardCharsets.UTF_8))
                .startsWith("ssh-ed25519 " + expected + " ");
    }
}
