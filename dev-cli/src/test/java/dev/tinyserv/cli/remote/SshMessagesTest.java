package dev.tinyserv.cli.remote;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SshMessagesTest {
    private static final ServerAddress SERVER = ServerAddress.parse("ada@server");

    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
    private final SshMessages messages = new SshMessages((bytes, length) -> shown.write(bytes, 0, length), false);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ssh: connect to host server port 2222: Connection refused | is tinyserv-remote running there?",
                "ssh: connect to host server port 2222: Connection timed out | no answer within 10 s",
                "ssh: connect to host server port 2222: No route to host | no way to that network",
                "ssh: Could not resolve hostname server: Name or service not known | unknown host server",
                "ada@server: Permission denied (publickey). | tinyserv-remote keys:add NAME < id_ed25519.pub",
                "Host key verification failed. | the host key of server:2222 is not known here",
                "kex_exchange_identification: Connection closed by remote host | no connection to server:2222",
            })
    void aComplaintOfSshBecomesOneLineWithARemedy(String complaint, String explanation) throws IOException {
        say("Warning: Permanently added 'server' to the list of known hosts.\r\n");
        say(complaint + "\r\n");

        assertThat(messages.cause(SERVER)).contains(explanation).doesNotContain("\n");
        assertThat(shown()).startsWith("Warning:").doesNotContain(complaint);
    }

    @Test
    void aChangedHostKeyIsExplainedWithItsFingerprint() throws IOException {
        String fingerprint = "SHA256:" + "a".repeat(43);
        String block = """
                @@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@
                @    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @
                @@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@
                IT IS POSSIBLE THAT SOMEONE IS DOING SOMETHING NASTY!
                The fingerprint for the ED25519 key sent by the remote host is
                %s.
                Offending ED25519 key in /home/ada/my hosts:3
                Host key verification failed.
                """.formatted(fingerprint);
        for (int i = 0; i < block.length(); i++) {
            say(block.substring(i, i + 1));
        }

        assertThat(messages.cause(SERVER))
                .contains(fingerprint)
                .contains("`ssh-keygen -R '[server]:2222' -f '/home/ada/my hosts'`");
        assertThat(shown()).isEmpty();
    }

    @Test
    void whatTheServerSaysPassesAtOnceAlsoPartOfALine() throws IOException {
        say("Restarting my");
        assertThat(shown()).isEqualTo("Restarting my");

        say("app... done\nPer");
        assertThat(shown()).isEqualTo("Restarting myapp... done\n");

        say("cent: 10\n");
        assertThat(shown()).endsWith("\nPercent: 10\n");
    }

    @Test
    void whatOnlyLooksLikeAComplaintIsShownInTheEnd() throws IOException {
        say("Permission denied\n");
        assertThat(shown()).isEmpty();

        say("is what the app says\n");
        assertThat(shown()).isEqualTo("Permission denied\nis what the app says\n");

        say("Connection refused");
        messages.release();
        assertThat(shown()).endsWith("says\nConnection refused");
    }

    @Test
    void afterTheServerAnsweredAFailureIsALostConnection() throws IOException {
        messages.serverSpoke();
        say("Permission denied\n");

        assertThat(shown()).isEqualTo("Permission denied\n");
        assertThat(messages.cause(SERVER)).contains("the connection to server:2222 was lost");
    }

    @Test
    void aFloodOfComplaintsIsNotKept() throws IOException {
        for (int i = 0; i < 5000; i++) {
            say("Connection refused again and again\n");
        }
        assertThat(shown().length()).isGreaterThan(5000 * 30 - 70 * 1024);
    }

    @Test
    void aConnectionThatIsNotKeptBecauseAnotherOneIsGoesUnmentioned() throws IOException {
        say("ControlSocket /home/me/.cache/tinyserv/65a8 already");
        assertThat(shown()).isEmpty();
        say(" exists, disabling multiplexing\r\nhello\n");
        say("ControlSocket is a word\n");
        assertThat(shown()).isEqualTo("hello\nControlSocket is a word\n");
    }

    private void say(String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        messages.accept(bytes, bytes.length);
    }

    private String shown() {
        return shown.toString(StandardCharsets.UTF_8);
    }
}
