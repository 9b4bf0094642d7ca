package dev.tinyserv.cli.remote;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GitRemoteTest {
    @Test
    void namesTheServerAndTheApp() {
        assertThat(GitRemote.parsed("ssh://ada@server:22/myapp"))
                .isEqualTo(new GitRemote(new ServerAddress(false, "ada", "server", 22), "myapp"));
        assertThat(GitRemote.parsed("ssh://server/myapp/"))
                .isEqualTo(new GitRemote(new ServerAddress(false, null, "server", ServerAddress.PORT_OF_SSH), "myapp"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ssh://ada@server/myapp.git",
                "ssh://ada@server//myapp",
                "ssh://ada@server//myapp.git//",
                "ssh://ada@server/srv/tinyserv/repositories/myapp",
                "git+ssh://ada@server/myapp",
                "ssh+git://ada@server/myapp.git/",
                "ada@server:myapp",
                "ada@server:/myapp",
                "ada@server:myapp.git",
                "ada@server:myapp/",
                "ada@server:/srv/tinyserv/repositories/myapp.git",
                "[ada@server]:myapp",
            })
    void everyFormThatGitPushesOverSshIsRead(String url) {
        assertThat(GitRemote.parsed(url))
                .isEqualTo(
                        new GitRemote(new ServerAddress(false, "ada", "server", ServerAddress.PORT_OF_SSH), "myapp"));
    }

    @Test
    void inBracketsStandsAnAddressOrAPort() {
        assertThat(GitRemote.parsed("ada@[::1]:myapp"))
                .isEqualTo(new GitRemote(new ServerAddress(false, "ada", "::1", ServerAddress.PORT_OF_SSH), "myapp"));
        assertThat(GitRemote.parsed("[ada@server:2200]:myapp"))
                .isEqualTo(new GitRemote(new ServerAddress(false, "ada", "server", 2200), "myapp"));
        assertThat(GitRemote.parsed("ssh://[::1]:2222/myapp.git"))
                .isEqualTo(new GitRemote(new ServerAddress(false, null, "::1", 2222), "myapp"));
    }

    @Test
    void aPathIsAnAppOfThisMachine() {
        assertThat(GitRemote.parsed("/srv/tinyserv/repositories/myapp")).isEqualTo(local("/srv/tinyserv"));
        assertThat(GitRemote.parsed("/repositories/myapp/")).isEqualTo(local("/"));
        assertThat(GitRemote.parsed("/srv/repositories//myapp.git")).isEqualTo(local("/srv"));
        assertThat(GitRemote.parsed("file:///srv/repositories/myapp")).isEqualTo(local("/srv"));
        assertThat(GitRemote.parsed("/repositories/repositories/myapp")).isEqualTo(local("/repositories"));
        assertThat(GitRemote.parsed("C:\\tinyserv\\repositories\\myapp")).isEqualTo(local("C:\\tinyserv"));
    }

    private static GitRemote local(String root) {
        return new GitRemote(ServerAddress.at(root), "myapp");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ssh://-oProxyCommand=x/myapp",
                "ssh://ada@-oProxyCommand=x/myapp",
                "ssh:///myapp",
                "ssh://server/",
                "ssh://server/a/b",
                "ssh://server/../myapp",
                "ssh://server/-a",
                "ssh://server/myapp\nx",
                "ssh://server/MyApp",
                "ssh://server/abcdefghijabcdefghijabcdefghijk",
                "ssh://server:70000/myapp",
                "git@github.com:someone/myapp.git",
                "server:~/myapp",
                "server:../myapp",
                "server:myapp.git.git",
                "server:.git",
                "server:-a",
                "server:22:myapp",
                "-oProxyCommand=x:myapp",
                "ada@-oProxyCommand=x:myapp",
                "[server:70000]:myapp",
                "./server:myapp",
                "ssh:server:myapp",
                "SSH://server/myapp",
                "ssh://server/x/srv/repositories/../myapp",
                "https://server/myapp",
                "ext::sh -c id% /repositories/myapp",
                "repositories/myapp",
                "/srv/myapp",
                "/srv/repositories/..",
                "/srv/repositories/myapp/x",
                "/srv/repositories/my\u001b[2Japp",
            })
    void anythingElseIsNoApp(String url) {
        assertThat(GitRemote.parsed(url)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-x", "--exec=x", "a b", "a/../b", "x..y", "x.lock", "a\n", ".x"})
    void aHostileNameIsNoRemote(String name) {
        assertThat(GitRemote.isName(name)).isFalse();
    }
}
