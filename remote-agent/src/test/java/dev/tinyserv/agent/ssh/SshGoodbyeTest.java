package dev.tinyserv.agent.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.keyverifier.AcceptAllServerKeyVerifier;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.client.session.ClientSession.ClientSessionEvent;
import org.apache.sshd.common.keyprovider.FileKeyPairProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How a server that stops lets a client go whose command has ended. */
@Timeout(180)
class SshGoodbyeTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    private final EchoHandler handler = new EchoHandler();
    private RunningServer running;
    private SshClient client;

    @BeforeEach
    void start() {
        running = new RunningServer(folder, handler, Map.of());
        client = SshClient.setUpDefaultClient();
        client.setServerKeyVerifier(AcceptAllServerKeyVerifier.INSTANCE);
        client.setKeyIdentityProvider(new FileKeyPairProvider(running.key("ada@laptop", "")));
        client.start();
    }

    @AfterEach
    void stop() {
        client.stop();
        running.close();
    }

    /** OpenSSH, if it is slow, finds the connection gone and exits with 255 instead of the status. */
    @Test
    void aClientMaySayGoodbyeAfterItKnowsTheStatus() throws Exception {
        ClientSession session = client.connect("any", "127.0.0.1", running.server.port())
                .verify(PATIENCE)
                .getSession();
        session.auth().verify(PATIENCE);
        ChannelExec command = session.createExecChannel("finish");
        command.open().verify(PATIENCE);
        assertThat(handler.started.await(60, TimeUnit.SECONDS)).isTrue();
        Thread leaving = new Thread(running::close);
        leaving.start();

        command.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), PATIENCE);
        assertThat(command.getExitStatus()).isEqualTo(7);
        assertThat(session.waitFor(EnumSet.of(ClientSessionEvent.CLOSED), Duration.ofMillis(300)))
                .as("the server waits")
                .contains(ClientSessionEvent.TIMEOUT);

        session.close();
        leaving.join(PATIENCE.toMillis());
        assertThat(leaving.isAlive()).as("it leaves").isFalse();
    }
}
