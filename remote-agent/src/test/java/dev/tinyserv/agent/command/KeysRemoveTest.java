package dev.tinyserv.agent.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.agent.AgentSettings;
import dev.tinyserv.agent.app.Account;
import dev.tinyserv.agent.keys.AuthorizedKeys;
import dev.tinyserv.agent.keys.SshKeygen;
import dev.tinyserv.buildpacks.process.Cancellation;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeysRemoveTest {
    @TempDir
    Path root;

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int remove(String name, Optional<String> address) {
        AgentSettings settings = AgentSettings.load(Map.of("TINYSERV_ROOT", root.toString()));
        AuthorizedKeys keys = new AuthorizedKeys(settings.layout().authorizedKeys());
        return new Commands(settings.view(Map.of()), keys, Optional.empty())
                .handle(new Call(
                        new Caller(Account.admin("ada")),
                        List.of("keys:remove", name),
                        Map.of(),
                        InputStream.nullInputStream(),
                        OutputStream.nullOutputStream(),
                        err,
                        address,
                        new Cancellation()));
    }

    @Test
    void theOnlyAdminsKeyGoesOnTheServerOnly() throws Exception {
        String key = SshKeygen.publicKey(new SshKeygen(root).make("ada", "ed25519", 256));
        Path file = Files.writeString(root.resolve("authorized_keys"), key + "\n");
        assertThat(remove("ada", Optional.of("127.0.0.1"))).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("tinyserv-remote keys:remove on the server");
        assertThat(file).content().contains(key);
        assertThat(remove("ada", Optional.empty())).isZero();
        assertThat(file).content().doesNotContain(key);
    }
}
