package dev.tinyserv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.cli.TestUser.Result;
import dev.tinyserv.fixtures.Eventually;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ForwardTest {
    @TempDir
    Path base;

    private TestUser user;

    @BeforeEach
    void aUserOfAServer() {
        user = new TestUser(base).with("TINYSERV_REMOTE", "ada@server").withProgram("ssh", "echo 'web.1: up'");
    }

    @Test
    void aVerbGoesToTheServerAsOneLineOnTheInputOfSsh() {
        Result result = user.tinyserv("config:set", "-a", "myapp", "K=a b\"é");

        assertThat(result).isEqualTo(new Result(0, "web.1: up\n", ""));
        assertThat(user.argumentsOf("ssh"))
                .startsWith("-p", "2222", "-T", "-o", "ControlMaster=auto")
                .contains("ControlPersist=60", "ConnectTimeout=10")
                .endsWith("--", "ada@server", "call")
                .noneMatch(argument -> argument.contains("K="));
        assertThat(user.inputOf("ssh"))
                .isEqualTo("{\"schema\":1,\"arguments\":[\"config:set\",\"-a\",\"myapp\",\"K=a b\\\"é\"],\"app\":null,"
                        + "\"host\":\"server\",\"color\":false}\n");
    }

    @Test
    void outputErrorsAndExitStatusPassByteForByte() {
        user.withScript("ssh", "printf '\\000\\377\\r\\033[1m'; printf 'no such app' >&2; exit 42");

        Result result = user.run(user.tinyservCommand("ps"), "");

        assertThat(result.status()).isEqualTo(42);
        assertThat(result.err()).isEqualTo("no such app");
        assertThat(base.resolve("out")).hasBinaryContent(new byte[] {0, (byte) 0xff, '\r', 27, '[', '1', 'm'});
    }

    @Test
    void outputComesWhileTheServerStillWorks() throws Exception {
        Path go = user.path("go");
        user.withScript("ssh", "echo first; while ! [ -e '" + go + "' ]; do sleep 0.05; done; echo second");

        Process process = user.process(user.tinyservCommand("logs", "-t")).start();
        try {
            Eventually.until(
                    "a line is there", () -> base.resolve("out").toFile().length() > 0);
            assertThat(base.resolve("out")).hasContent("first\n");
            Files.createFile(go);

            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(base.resolve("out")).hasContent("first\nsecond");
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void inputFollowsOnlyWhenItIsWanted() {
        user.tinyservReading("secret\nvalue", "config:set", "KEY=-");
        assertThat(user.inputOf("ssh")).endsWith("}\nsecret\nvalue");

        user.tinyservReading("ssh-ed25519 AAAA ada", "keys:add", "ada");
        assertThat(user.inputOf("ssh")).endsWith("}\nssh-ed25519 AAAA ada");

        user.tinyservReading("not for you", "config:set", "KEY=a=-", "--x=-");
        assertThat(user.inputOf("ssh")).endsWith("}\n");
    }

    @Test
    void theGitRemoteNamesTheAppAndTheServer() {
        user.with("TINYSERV_REMOTE", "");
        user.git("init", "-q");
        user.git("remote", "add", "tinyserv", "ssh://bob@other:2200/myapp");
        user.git("remote", "add", "staging", "ssh://[::1]/mytest");

        user.tinyserv("ps");
        assertThat(user.argumentsOf("ssh")).startsWith("-p", "2200").endsWith("--", "bob@other", "call");
        assertThat(user.inputOf("ssh")).contains("\"app\":\"myapp\"", "\"host\":\"other\"");

        user.tinyserv("logs", "-r", "staging", "-n", "5");
        assertThat(user.argumentsOf("ssh")).startsWith("-T").endsWith("--", "::1", "call");
        assertThat(user.inputOf("ssh")).contains("\"arguments\":[\"logs\",\"-n\",\"5\"],\"app\":\"mytest\"");

        user.tinyserv("run", "--", "x", "-r", "y");
        assertThat(user.inputOf("ssh")).contains("[\"run\",\"--\",\"x\",\"-r\",\"y\"]");
    }

    @Test
    void aHostileGitRemoteIsRefusedBeforeSshIsStarted() {
        user.with("TINYSERV_REMOTE", "");
        user.git("init", "-q");
        for (String url : List.of("ssh://-oProxyCommand=x/myapp", "ext::sh -c id", "git@github.com:a/b.git")) {
            user.git("config", "remote.tinyserv.url", url);

            Result result = user.tinyserv("ps");

            assertThat(result.status()).isEqualTo(1);
            assertThat(result.err()).contains("not an app").hasLineCount(1);
        }
        assertThat(user.tinyserv("ps", "-r", "--upload-pack=x").status()).isEqualTo(2);
        assertThat(user.tinyserv("ps", "-r", "nowhere").err()).contains("no git remote 'nowhere'");
        assertThat(user.tinyserv("ps", "-r").status()).isEqualTo(2);
        assertThat(user.argumentsOf("ssh")).isEmpty();
    }

    @Test
    void withoutAServerItSaysHowToNameOne() {
        Result none = user.with("TINYSERV_REMOTE", "").tinyserv("ps");
        assertThat(none.status()).isEqualTo(2);
        assertThat(none.err()).startsWith(" !     which server?").hasLineCount(1);

        Result hostile = user.with("TINYSERV_REMOTE", "-oProxyCommand=id").tinyserv("ps");
        assertThat(hostile.status()).isEqualTo(2);
        assertThat(hostile.err()).contains("is no server").hasLineCount(1);
        assertThat(user.argumentsOf("ssh")).isEmpty();
    }

    @Test
    void whySshFailedIsToldInOneLine() {
        user.withScript("ssh", "echo 'ssh: connect to host server port 2222: Connection refused' >&2; exit 255");
        assertThat(user.tinyserv("ps"))
                .isEqualTo(new Result(1, "", " !     cannot reach server:2222: is tinyserv-remote running there?\n"));

        user.withScript("ssh", "echo up; exit 255");
        assertThat(user.tinyserv("ps").err())
                .contains("connection to server:2222 was lost")
                .hasLineCount(1);
    }

    @Test
    void withoutSshItSaysWhatToInstall() throws IOException {
        Files.delete(base.resolve("bin/ssh"));

        Result result = user.with("PATH", base.resolve("bin").toString()).tinyserv("ps");

        assertThat(result)
                .isEqualTo(
                        new Result(1, "", " !     ssh is not installed, or not on PATH: install the OpenSSH client\n"));
    }

    @Test
    void theSshThatGitUsesIsUsed() {
        user.withProgram("ssh2", "").withProgram("ssh3", "").withProgram("plink", "");
        user.git("config", "--global", "core.sshCommand", "ssh2 -F 'my config'");
        user.tinyserv("ps");
        assertThat(user.argumentsOf("ssh2")).startsWith("-F", "my config", "-p", "2222");

        user.with("GIT_SSH_COMMAND", "ssh3 -v").tinyserv("ps");
        assertThat(user.argumentsOf("ssh3")).startsWith("-v", "-p", "2222").endsWith("--", "ada@server", "call");

        user.git("config", "--global", "--unset", "core.sshCommand");
        user.with("GIT_SSH_COMMAND", "")
                .with("GIT_SSH", base.resolve("bin/plink").toString());
        user.tinyserv("ps");
        assertThat(user.argumentsOf("plink")).containsExactly("-P", "2222", "-T", "ada@server", "call");
        assertThat(user.argumentsOf("ssh")).isEmpty();
    }

    @Test
    void connectionsAreKeptInAFolderThatOnlyTheUserCanOpen() throws IOException {
        Path cache = Files.createTempDirectory("c");
        try {
            user.with("XDG_CACHE_HOME", cache.toString()).tinyserv("ps");
            assertThat(user.argumentsOf("ssh"))
                    .anyMatch(argument ->
                            argument.matches("ControlPath=" + Pattern.quote(cache + "/tinyserv/") + "[0-9a-f]{1,8}%C"));
            List<String> before = user.argumentsOf("ssh");
            assertThat(Files.getPosixFilePermissions(cache.resolve("tinyserv"))).hasSize(3);

            user.with("GIT_SSH_COMMAND", "ssh -i other-key").tinyserv("ps");
            assertThat(user.argumentsOf("ssh"))
                    .as("another key does not use the connection of this one")
                    .filteredOn(argument -> argument.startsWith("ControlPath="))
                    .hasSize(1)
                    .doesNotContainAnyElementsOf(before);

            Files.delete(cache.resolve("tinyserv"));
            Files.createSymbolicLink(cache.resolve("tinyserv"), base);
            user.tinyserv("ps");
            assertThat(user.argumentsOf("ssh")).noneMatch(argument -> argument.contains(cache.toString()));
        } finally {
            Files.deleteIfExists(cache.resolve("tinyserv"));
            Files.delete(cache);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ssh", "plink", "simple"})
    void aCallWithInputLogsInOnceWhereNoConnectionIsKept(String program) throws IOException {
        Path cache = Files.createTempDirectory("c");
        try {
            user.with("XDG_CACHE_HOME", cache.toString())
                    .with("GIT_SSH", base.resolve("bin/" + program).toString())
                    .with("GIT_SSH_VARIANT", program)
                    .withScript(program, "echo x >> " + base + "/calls; cat >> " + base + "/asked");
            // a connection that another program keeps
            Files.createDirectory(
                    cache.resolve("tinyserv"),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Files.createFile(cache.resolve("tinyserv/1" + "0".repeat(40)));

            assertThat(user.tinyservReading("secret", "config:set", "K=-").status())
                    .isZero();

            assertThat(read("calls")).hasSize(1);
            assertThat(String.join("", read("asked"))).endsWith("}secret");
        } finally {
            Files.deleteIfExists(cache.resolve("tinyserv/1" + "0".repeat(40)));
            Files.deleteIfExists(cache.resolve("tinyserv"));
            Files.delete(cache);
        }
    }

    @Test
    void aKeptConnectionOfARemovedKeyIsDroppedAndTheCallTriedOnceMore() throws IOException {
        Path cache = Files.createTempDirectory("c");
        try {
            user.with("XDG_CACHE_HOME", cache.toString());
            aKeptConnectionIsDropped();
        } finally {
            for (File kept : cache.resolve("tinyserv").toFile().listFiles()) {
                Files.delete(kept.toPath());
            }
            Files.delete(cache.resolve("tinyserv"));
            Files.delete(cache);
        }
    }

    private void aKeptConnectionIsDropped() {
        String removed = "echo ' !     the key that you logged in with was removed; ask an admin' >&2; exit 1";
        user.withScript("ssh", """
                echo "$@" >> %1$s/calls
                for word in "$@"; do case $word in ControlPath=*) touch "${word#*=}" ;; esac; done
                case "$*" in
                    *"-O exit"*) touch %1$s/dropped ;;
                    *) [ -e %1$s/dropped ] || { cat > /dev/null; %2$s; }; echo asked; cat >> %1$s/asked ;;
                esac
                """.formatted(base, removed));
        assertThat(user.tinyserv("ps")).isEqualTo(new Result(0, "asked\n", ""));
        assertThat(read("calls"))
                .hasSize(3)
                .element(1)
                .asString()
                .matches("-p 2222 -o ControlPath=\\S+ -O exit -- ada@server");

        delete("dropped", "asked", "calls");
        assertThat(user.tinyservReading("secret", "config:set", "K=-").out()).isEqualTo("asked\n");
        assertThat(String.join("", read("asked"))).as("the input is sent once").endsWith("}secret");

        user.withScript("ssh", "echo x >> " + base + "/calls; cat > /dev/null; " + removed);
        delete("calls");
        assertThat(user.tinyserv("ps").err())
                .contains("the key that you logged in with was removed")
                .hasLineCount(1);
        assertThat(read("calls")).as("once more, and no more than that").hasSize(3);

        user.withScript("ssh", "echo x >> " + base + "/calls; cat > /dev/null; echo building >&2; " + removed);
        delete("calls");
        user.tinyserv("redeploy");
        assertThat(read("calls")).as("what has begun is not done twice").hasSize(1);
    }

    private List<String> read(String file) {
        try {
            return Files.readAllLines(base.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void delete(String... files) {
        for (String file : files) {
            assertThat(base.resolve(file).toFile().delete()).isTrue();
        }
    }

    @Test
    void localhostIsTheAgentOnThisMachineWithoutSsh() {
        user.with("TINYSERV_REMOTE", "localhost").withProgram("tinyserv-remote", "echo local; exit 255");

        assertThat(user.tinyserv("ps")).isEqualTo(new Result(255, "local\n", ""));
        assertThat(user.argumentsOf("tinyserv-remote")).containsExactly("call");
        assertThat(user.inputOf("tinyserv-remote")).contains("\"host\":\"localhost\"");
        assertThat(user.argumentsOf("ssh")).isEmpty();

        Result missing = user.with("TINYSERV_REMOTE_COMMAND", "/nowhere/x").tinyserv("ps");
        assertThat(missing.status()).isEqualTo(1);
        assertThat(missing.err()).contains("'/nowhere/x' is not a program").hasLineCount(1);
    }

    @Test
    void anEndedReaderEndsTheCallAndKillsNothingElse() throws Exception {
        user.withScript("ssh", "while echo line; do :; done");
        List<String> command = List.of(
                "sh", "-c", "\"$@\" | head -n 2", "sh", "env", "-i", "PATH=" + base.resolve("bin") + ":/usr/bin:/bin");
        List<String> full = new ArrayList<>(command);
        full.add("TINYSERV_REMOTE=server");
        full.addAll(user.tinyservCommand("logs", "-t"));

        assertThat(user.run(full, "").out()).isEqualTo("line\nline\n");
    }

    @Test
    void anInterruptIsPassedOnAndSaid() throws Exception {
        Path ended = user.path("ended");
        user.withScript("ssh", "trap 'touch " + ended + "; exit 255' TERM INT; echo up; while :; do sleep 0.05; done");
        // Whoever runs this in the background ignores interrupts, and so would what is started here.
        List<String> command = new ArrayList<>(List.of("perl", "-e", "$SIG{INT} = 'DEFAULT'; exec @ARGV or die"));
        command.addAll(user.tinyservCommand("logs", "-t"));
        Process process = user.process(command).start();
        try {
            Eventually.until(
                    "a line is there", () -> base.resolve("out").toFile().length() > 0);

            new ProcessBuilder("kill", "-INT", Long.toString(process.pid()))
                    .start()
                    .waitFor();

            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(130);
            Eventually.until("it has ended", () -> Files.exists(ended));
            assertThat(Files.readString(base.resolve("err"), StandardCharsets.UTF_8))
                    .isEmpty();
        } finally {
            process.destroyForcibly();
        }
    }
}
