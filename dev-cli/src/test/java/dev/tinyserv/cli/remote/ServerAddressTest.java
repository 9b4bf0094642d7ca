package dev.tinyserv.cli.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tinyserv.cli.output.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerAddressTest {
    @ParameterizedTest
    @CsvSource({
        "server, server, 2222, ssh://server:2222/myapp",
        "ada@server, ada@server, 2222, ssh://ada@server:2222/myapp",
        "ada@server:22, ada@server, 22, ssh://ada@server:22/myapp",
        "ssh://ada@server:2200, ada@server, 2200, ssh://ada@server:2200/myapp",
        "ssh://server/, server, 2222, ssh://server:2222/myapp",
        "10.0.0.1:2223, 10.0.0.1, 2223, ssh://10.0.0.1:2223/myapp",
        "ada@[2001:db8::1]:22, ada@2001:db8::1, 22, ssh://ada@[2001:db8::1]:22/myapp",
        "[::1], ::1, 2222, ssh://[::1]:2222/myapp",
    })
    void understandsTheFormsThatUsersKnow(String text, String login, int port, String url) {
        ServerAddress address = ServerAddress.parse(text);

        assertThat(address.local()).isFalse();
        assertThat(address.login()).isEqualTo(login);
        assertThat(address.port()).isEqualTo(port);
        assertThat(address.gitUrl("myapp")).isEqualTo(url);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ssh://ada:s3cret@server", "ada:s3cret@server:22", "ada%3as3cret@server"})
    void saysNoPasswordThatIsWrittenInIt(String text) {
        assertThatExceptionOfType(Problem.class)
                .isThrownBy(() -> ServerAddress.parse(text))
                .withMessageContaining("ada@server")
                .matches(problem -> !problem.getMessage().contains("s3cret"));
    }

    @Test
    void onlyExactlyLocalhostIsTheAgentOnThisMachine() {
        assertThat(ServerAddress.parse("localhost").local()).isTrue();
        assertThat(ServerAddress.parse("ada@localhost").local()).isFalse();
        assertThat(ServerAddress.parse("ssh://localhost").local()).isFalse();
        assertThat(ServerAddress.parse("localhost:2222").local()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                " ",
                "-oProxyCommand=touch /tmp/x",
                "ssh://-oProxyCommand=x/",
                "-l@server",
                "ada@-server",
                "ada@",
                "@server",
                "server:0",
                "server:65536",
                "server:99999999999",
                "server:",
                "server:22:22",
                "::1",
                "[server]",
                "[::1",
                "$(id)@server",
                "ada@`id`",
                "ada@server;id",
                "ada@ser ver",
                "ada@server\n",
                "ada@server\u0000",
                "ada@%h",
                "ada@sérver",
                "ada@\u202Eserver",
                "a@b@server",
                "https://server",
                "ssh://server/app",
                "ssh://server?x",
                "ssh://ada:secret@server",
            })
    void refusesWhatSshOrAShellCouldMisread(String text) {
        assertThatExceptionOfType(Problem.class)
                .isThrownBy(() -> ServerAddress.parse(text))
                .matches(problem -> problem.status() == 2)
                .withMessageContaining("is no server: use user@server")
                .withMessageNotContaining("\n")
                .withMessageNotContaining("\u202E");
    }

    @Test
    void refusesWhatIsTooLong() {
        assertThatExceptionOfType(Problem.class)
                .isThrownBy(() -> ServerAddress.parse("a".repeat(100_000)))
                .satisfies(problem -> assertThat(problem.getMessage()).hasSizeLessThan(300));
    }
}
