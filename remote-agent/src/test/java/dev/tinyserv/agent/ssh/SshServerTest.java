package dev.tinyserv.agent.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinyserv.agent.keys.AuthorizedKeys;
import dev.tinyserv.agent.keys.SshKeygen;
import dev.tinyserv.buildpacks.base.Refusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The machine's own ssh against our server. */
@Timeout(180)
class SshServerTest {
    /** Short, because a master of OpenSSH sometimes sends the end of one of its clients only when something wakes it. */
    private static final Duration HEARTBEAT = Duration.ofSeconds(4);

    @TempDir
    Path folder;

    private final EchoHandler handler = new EchoHandler();
    private RunningServer running;
    private Path ada;

    @BeforeEach
    void start() {
        running = new RunningServer(folder, handler, Map.of(), HEARTBEAT);
        ada = running.key("ada@laptop", "");
    }

    @AfterEach
    void stop() {
        running.close();
    }

    @Test
    void argumentsAccountAddressAndBothOutputsArrive() {
        Ssh ssh = ssh("anyone@127.0.0.1", "echo", "'two words'", "\"a \\\"b\"");
        assertThat(ssh.out()).isEqualTo("""
                arg <echo>
                arg <two words>
                arg <a "b>
                account ada@laptop ADMIN []
                address 127.0.0.1
                """);
        assertThat(ssh.err()).isEqualTo("to stderr\n");
        assertThat(ssh.status()).isZero();
    }

    @Test
    void aDeployersKeyIsADeployers() {
        Path bob = running.key("bob", "role=\"deployer\",apps=\"shop,blog\" ");
        assertThat(Ssh.run(running.ssh(bob, "127.0.0.1", "x")).out()).contains("account bob DEPLOYER [blog, shop]");
    }

    @Test
    void withoutACommandThereIsHelp() {
        assertThat(ssh("-T", "127.0.0.1").out()).startsWith("arg <help>\naccount");
        assertThat(ssh("127.0.0.1", " ").out()).startsWith("arg <help>\naccount");
    }

    @Test
    void theExitStatusArrives() {
        assertThat(ssh("127.0.0.1", "exit 0").status()).isZero();
        assertThat(ssh("127.0.0.1", "exit 3").status()).isEqualTo(3);
        assertThat(ssh("127.0.0.1", "exit 200").status()).isEqualTo(200);
    }

    @Test
    void theExitStatusOfAQuickCommandArrivesOverASharedConnection() {
        List<String> master = shared();
        for (int i = 0; i < 60; i++) {
            assertThat(Ssh.run(with(master, "127.0.0.1", "exit 5")).status()).isEqualTo(5);
        }
        Ssh.run(with(master, "-O", "exit", "127.0.0.1"));
    }

    @Test
    void aBugIsTheAgentsNotTheClients() {
        Ssh ssh = ssh("127.0.0.1", "throw");
        assertThat(ssh.status()).isEqualTo(1);
        assertThat(ssh.err()).contains("agent's log").doesNotContain("IllegalState");
    }

    @Tag("slow")
    @Test
    void muchGoesThroughBothWaysWithoutLoss() {
        long megabytes = 50L << 20;
        assertThat(ssh("127.0.0.1", "spew " + megabytes).bytes().length).isEqualTo(megabytes);
        byte[] input = new byte[20 << 20];
        new java.util.Random(1).nextBytes(input);
        Ssh cat = Ssh.run(running.ssh(ada, "127.0.0.1", "cat"), input, Map.of());
        assertThat(cat.bytes()).isEqualTo(input);
        assertThat(cat.status()).isZero();
    }

    /** The client still sends when the command has said why it takes no more, and how it ended. */
    @Tag("slow")
    @Test
    void aRefusalInTheMiddleOfTheInputArrives() {
        byte[] input = new byte[20 << 20];
        for (int i = 0; i < 20; i++) {
            Ssh refused = Ssh.run(running.ssh(ada, "127.0.0.1", "refuse-input"), input, Map.of());
            assertThat(refused.err()).isEqualTo("refused after 0\n");
            assertThat(refused.status()).isEqualTo(3);
        }
    }

    @Test
    void anEarlyEndOfInputIsNoCancellation() throws Exception {
        Process process = new ProcessBuilder(running.ssh(ada, "-n", "127.0.0.1", "read-and-wait")).start();
        assertThat(process.getInputStream().read())
                .as("the command has met the end of its input, and goes on")
                .isEqualTo('w');
        assertThat(handler.cancelled.getCount()).isOne();
        process.destroyForcibly();
        assertThat(handler.cancelled.await(60, TimeUnit.SECONDS)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT", "KILL"})
    void aClientThatIsGoneCancels(String signal) throws Exception {
        Process process = new ProcessBuilder(running.ssh(ada, "127.0.0.1", "wait")).start();
        assertThat(handler.started.await(60, TimeUnit.SECONDS)).isTrue();
        SshKeygen.run(List.of("kill", "-" + signal, Long.toString(process.pid())));
        assertThat(handler.cancelled.await(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void stoppingTheServerCancels() throws Exception {
        Process process = new ProcessBuilder(running.ssh(ada, "127.0.0.1", "wait")).start();
        assertThat(handler.started.await(60, TimeUnit.SECONDS)).isTrue();
        running.close();
        assertThat(handler.cancelled.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void whatEndsWhileTheServerStopsIsStillTold() throws Exception {
        Process process = new ProcessBuilder(running.ssh(ada, "127.0.0.1", "finish")).start();
        assertThat(handler.started.await(60, TimeUnit.SECONDS)).isTrue();
        running.close();
        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("it has happened");
        assertThat(process.waitFor()).isEqualTo(7);
    }

    @Test
    void aTerminalIsGrantedButNotReal() throws Exception {
        Ssh ssh = Ssh.run(running.ssh(ada, "-tt", "127.0.0.1", "x"), new byte[0], Map.of("TERM", "xterm-256color"));
        assertThat(ssh.status()).isZero();
        assertThat(ssh.out()).contains("arg <x>\r\n").contains("env TERM=xterm-256color\r\n");

        Process process = new ProcessBuilder(running.ssh(ada, "-tt", "127.0.0.1", "wait")).start();
        assertThat(handler.started.await(60, TimeUnit.SECONDS)).isTrue();
        process.getOutputStream().write(3);
        process.getOutputStream().flush();
        assertThat(handler.cancelled.await(60, TimeUnit.SECONDS)).as("Ctrl-C").isTrue();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(42);
    }

    @Test
    void onlyHarmlessVariablesArrive() {
        List<String> command = running.ssh(
                ada, "-T", "-o", "SendEnv=GIT_PROTOCOL LANG TERM LC_ALL LD_PRELOAD PATH HOME", "127.0.0.1", "x");
        assertThat(Ssh.run(
                                command,
                                new byte[0],
                                Map.of("GIT_PROTOCOL", "version=2", "LANG", "de_DE.UTF-8", "LD_PRELOAD", "/x.so"))
                        .out())
                .contains("env GIT_PROTOCOL=version=2\nenv LANG=de_DE.UTF-8\nenv TERM=")
                .doesNotContain("LD_PRELOAD", "PATH", "HOME");
        for (String hostile : List.of("version=3", "version=2;id", "version=2\n", "x" + "y".repeat(5000), "")) {
            assertThat(Ssh.run(command, new byte[0], Map.of("GIT_PROTOCOL", hostile, "LANG", "$(id)"))
                            .out())
                    .as(hostile)
                    .doesNotContain("GIT_PROTOCOL", "LANG");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a $(id) `id` $HOME ~ * ? {a,b} ; rm -rf / | x > y & && || #c",
                "a ../../../etc/passwd",
                "a -h --exec=x",
            })
    void nothingIsExpanded(String line) {
        Ssh ssh = ssh("127.0.0.1", line);
        StringBuilder expected = new StringBuilder();
        for (String word : line.split(" ", -1)) {
            expected.append("arg <").append(word).append(">\n");
        }
        assertThat(ssh.out()).startsWith(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a 'b", "a \"b", "a \\"})
    void anUnbalancedQuoteIsAUsageError(String line) {
        Ssh ssh = ssh("127.0.0.1", line);
        assertThat(ssh.status()).isEqualTo(2);
        assertThat(ssh.err()).startsWith(" !     ").hasLineCount(1);
        assertThat(ssh.out()).isEmpty();
    }

    @Test
    void tooLongACommandIsRefused() {
        Ssh ssh = ssh("127.0.0.1", "a " + "b".repeat(70_000));
        assertThat(ssh.status()).isEqualTo(2);
        assertThat(ssh.err()).contains("stdin");
    }

    @Test
    void whoHasNoKeyDoesNotGetIn() {
        Path mallory = running.keygen.ed25519("mallory");
        Ssh unknown = Ssh.run(running.ssh(mallory, "127.0.0.1", "x"));
        assertThat(unknown.status()).isEqualTo(255);
        assertThat(unknown.err()).contains("Permission denied (publickey)");
        Ssh password = Ssh.run(running.ssh(
                mallory, "-o", "PreferredAuthentications=password,keyboard-interactive,none", "127.0.0.1", "x"));
        assertThat(password.status()).isEqualTo(255);
        assertThat(password.out()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rsa", "ecdsa"})
    void otherTypesOfKeysGetIn(String type) {
        Path key = running.keygen.make("other", type, type.equals("rsa") ? 2048 : 256);
        running.authorize(SshKeygen.publicKey(key));
        assertThat(Ssh.run(running.ssh(key, "127.0.0.1", "exit 7")).status()).isEqualTo(7);
        assertThat(Ssh.run(running.ssh(key, "-o", "PubkeyAcceptedAlgorithms=ssh-rsa", "127.0.0.1", "exit 7"))
                        .status())
                .as("SHA-1")
                .isEqualTo(255);
    }

    @Test
    void aChangeOfTheKeysHoldsAtOnceAlsoInAnOpenConnection() throws Exception {
        List<String> master = shared();
        assertThat(Ssh.run(with(master, "127.0.0.1", "exit 5")).status()).isEqualTo(5);

        new AuthorizedKeys(running.settings.layout().authorizedKeys()).remove("ada@laptop");

        Ssh inOpen = Ssh.run(with(master, "127.0.0.1", "exit 5"));
        assertThat(inOpen.status()).isEqualTo(1);
        assertThat(inOpen.err()).contains("was removed");
        assertThat(ssh("127.0.0.1", "exit 5").status()).isEqualTo(255);
        Ssh.run(with(master, "-O", "exit", "127.0.0.1"));
        assertThat(Files.readString(running.settings.layout().authorizedKeys())).isEmpty();
    }

    @Test
    void oneConnectionCarriesManyCommandsButNotEndlesslyMany() throws Exception {
        List<String> master = shared();
        assertThat(Ssh.run(with(master, "127.0.0.1", "exit 5")).status()).isEqualTo(5);
        List<Process> waiting = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            Process process = new ProcessBuilder(with(master, "127.0.0.1", "wait")).start();
            process.getInputStream().read();
            waiting.add(process);
        }
        Ssh eleventh = Ssh.run(with(master, "127.0.0.1", "exit 5"));
        assertThat(eleventh.err()).contains("Session open refused by peer");
        assertThat(eleventh.status())
                .as("ssh goes on over a connection of its own")
                .isEqualTo(5);

        waiting.get(0).destroyForcibly();
        assertThat(handler.cancelled.await(60, TimeUnit.SECONDS))
                .as("one client of a shared connection is gone")
                .isTrue();
        for (Process process : waiting.subList(1, 10)) {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(42);
        }
        assertThat(Ssh.run(with(master, "127.0.0.1", "exit 6")).status()).isEqualTo(6);
        Ssh.run(with(master, "-O", "exit", "127.0.0.1"));
    }

    @Test
    void nothingIsForwardedAndThereAreNoSubsystems() {
        assertThat(ssh("-s", "127.0.0.1", "sftp").status()).isNotZero();
        assertThat(ssh("-W", "127.0.0.1:" + running.server.port(), "127.0.0.1").out())
                .isEmpty();
        Ssh remote = ssh("-o", "ExitOnForwardFailure=yes", "-R", "0:127.0.0.1:1", "127.0.0.1", "exit 0");
        assertThat(remote.status()).isEqualTo(255);
        assertThat(ssh("-A", "-X", "127.0.0.1", "exit 4").status()).isEqualTo(4);
    }

    @Test
    void theHostKeyStaysAcrossRestarts() throws IOException {
        assertThat(ssh("127.0.0.1", "exit 4").status()).isEqualTo(4);
        Path key = running.settings.layout().hostKeys().resolve("ssh_host_ed25519_key");
        byte[] before = Files.readAllBytes(key);
        assertThat(Files.getPosixFilePermissions(key)).hasSize(2);
        assertThat(SshKeygen.run(List.of("ssh-keygen", "-y", "-f", key.toString())))
                .startsWith(SshKeygen.publicKey(key).substring(0, 80));
        running.close();

        SshServer again = new SshServer(
                running.settings.ssh(),
                new AuthorizedKeys(running.settings.layout().authorizedKeys()),
                handler);
        again.start();
        try {
            assertThat(ssh("-o", "StrictHostKeyChecking=yes", "127.0.0.1", "exit 4")
                            .status())
                    .isEqualTo(4);
            assertThat(key).hasBinaryContent(before);
        } finally {
            again.stop();
        }
    }

    @Test
    void aPortThatIsTakenIsNamed() {
        SshServer second =
                new SshServer(running.settings.ssh(), new AuthorizedKeys(folder.resolve("authorized_keys")), handler);
        assertThatThrownBy(second::start)
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("port " + running.server.port())
                .hasMessageContaining("TINYSERV_SSH_PORT");
    }

    private Ssh ssh(String... more) {
        return Ssh.run(running.ssh(ada, more));
    }

    private List<String> shared() {
        Path socket = folder.resolve("s");
        return running.ssh(ada, "-o", "ControlMaster=auto", "-o", "ControlPath=" + socket, "-o", "ControlPersist=60");
    }

    private static List<String> with(List<String> command, String... more) {
        List<String> all = new ArrayList<>(command);
        all.addAll(List.of(more));
        return all;
    }
}
