package dev.tinyserv.agent.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.keyverifier.AcceptAllServerKeyVerifier;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.keyprovider.FileKeyPairProvider;
import org.apache.sshd.common.keyprovider.KeyIdentityProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The attacks on who is who: only the key that signed says it, not the one that was offered (CVE-2024-45337, and
 * GHSA-pchf-49fh-w34r in Soft Serve).
 */
@Timeout(180)
class SshLoginTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    private RunningServer running;
    private Path admin;
    private Path deployer;
    private SshClient client;

    @BeforeEach
    void start() {
        running = new RunningServer(folder, new EchoHandler(), Map.of());
        admin = running.key("admin", "");
        deployer = running.key("deployer", "apps=\"shop\" ");
        client = SshClient.setUpDefaultClient();
        client.setServerKeyVerifier(AcceptAllServerKeyVerifier.INSTANCE);
        client.setKeyIdentityProvider(KeyIdentityProvider.EMPTY_KEYS_PROVIDER);
        client.start();
    }

    @AfterEach
    void stop() {
        client.stop();
        running.close();
    }

    @Test
    void anAdminsKeyThatIsOfferedButNotSignedWithGivesNothing() throws Exception {
        Files.delete(admin);
        Ssh ssh = Ssh.run(running.ssh(admin, "-i", deployer.toString(), "127.0.0.1", "x"));
        assertThat(ssh.out()).contains("account deployer DEPLOYER [shop]");
    }

    @Test
    void anAdminsKeyWithAnothersSignatureGivesNothing() throws Exception {
        KeyPair stolen = new KeyPair(pair(admin).getPublic(), pair(deployer).getPrivate());
        assertThat(run(List.of(stolen, pair(deployer)))).contains("account deployer DEPLOYER [shop]");
        assertThatThrownBy(() -> run(List.of(stolen))).isInstanceOf(SshException.class);
    }

    @Tag("slow")
    @Test
    void theKeyThatSignedCountsWhateverWasOfferedBefore() throws Exception {
        Path stranger = running.keygen.ed25519("stranger");
        assertThat(run(List.of(pair(stranger), pair(admin), pair(deployer)))).contains("account admin ADMIN []");
        assertThat(run(List.of(pair(stranger), pair(deployer), pair(admin)))).contains("account deployer DEPLOYER");
    }

    @Test
    void afterSixAttemptsItIsOver() throws Exception {
        List<KeyPair> pairs = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            pairs.add(pair(running.keygen.ed25519("k" + i)));
        }
        pairs.add(pair(admin));
        assertThatThrownBy(() -> run(pairs)).isInstanceOf(SshException.class);
        assertThat(run(pairs.subList(5, 9))).contains("account admin");
    }

    private static KeyPair pair(Path file) throws Exception {
        return new FileKeyPairProvider(file).loadKeys(null).iterator().next();
    }

    private String run(List<KeyPair> identities) throws Exception {
        try (ClientSession session = client.connect("any", "127.0.0.1", running.server.port())
                .verify(PATIENCE)
                .getSession()) {
            identities.forEach(session::addPublicKeyIdentity);
            session.auth().verify(PATIENCE);
            try (ChannelExec channel = session.createExecChannel("x")) {
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                channel.setOut(out);
                channel.setErr(new ByteArrayOutputStream());
                channel.open().verify(PATIENCE);
                channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), PATIENCE);
                return out.toString(StandardCharsets.UTF_8);
            }
        }
    }
}
