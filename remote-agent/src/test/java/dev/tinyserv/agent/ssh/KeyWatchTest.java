package dev.tinyserv.agent.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.agent.app.Account;
import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.keys.AuthorizedKeys;
import dev.tinyserv.fixtures.Eventually;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Sessions of the machine's own ssh end with their keys. */
@Timeout(180)
@Tag("slow")
class KeyWatchTest {
    @TempDir
    Path folder;

    private final EchoHandler handler = new EchoHandler();
    private RunningServer running;
    private AuthorizedKeys keys;

    @BeforeEach
    void start() {
        running = new RunningServer(folder, handler, Map.of(), Duration.ofSeconds(30));
        keys = new AuthorizedKeys(running.settings.layout().authorizedKeys());
    }

    @AfterEach
    void stop() {
        running.close();
    }

    @Test
    void whatRunsEndsWhenItsKeyIsRemoved() throws Exception {
        Path ada = running.key("ada", "");
        Process process = waiting(ada);

        keys.remove("ada");

        assertThat(handler.cancelled.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(errorsOf(process)).doesNotContain("Exception");
    }

    @Test
    void whatWouldHaveEndedWellSaysWhyItEnded() throws Exception {
        Path ada = running.key("ada", "");
        Process process = start(ada, "until-cancelled");

        keys.remove("ada");

        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(1);
        assertThat(errorsOf(process)).contains(" !     the key that you logged in with was removed");
    }

    @Test
    void anOpenConnectionIsClosedWhenItsKeyIsRemoved() throws Exception {
        Path ada = running.key("ada", "");
        Path bob = running.key("bob", "");
        List<String> adas = master(ada, "a");
        List<String> bobs = master(bob, "b");
        assertThat(Ssh.run(with(adas, "exit 5")).status()).isEqualTo(5);
        assertThat(Ssh.run(with(bobs, "exit 5")).status()).isEqualTo(5);

        keys.remove("ada");

        Eventually.until("the master of ada is gone", () -> !Files.exists(folder.resolve("a")));
        assertThat(Ssh.run(with(bobs, "exit 6")).status()).isEqualTo(6);
        Ssh.run(with(bobs.subList(0, bobs.size() - 1), "-O", "exit", "127.0.0.1"));
    }

    @Test
    void whatRunsEndsWhenItsKeyLosesAnApp() throws Exception {
        Path dan = running.key("dan", "role=\"deployer\",apps=\"shop,blog\" ");
        Process process = start(dan, "until-cancelled");
        AuthorizedKeys file = keys;
        String line = Files.readString(running.settings.layout().authorizedKeys());

        Files.writeString(running.settings.layout().authorizedKeys(), line.replace("shop,blog", "blog"));

        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(1);
        assertThat(errorsOf(process)).contains("may do less than before");
        assertThat(file.list()).hasSize(1);
    }

    @Test
    void onlyWhatIsAboutTheLostAppEndsAndTheRestWithTheKey() throws Exception {
        Path dan = running.key("dan", "role=\"deployer\",apps=\"shop,blog\" ");
        Process shop = using(dan, "shop");
        Process blog = using(dan, "blog");
        Path file = running.settings.layout().authorizedKeys();

        Files.writeString(file, Files.readString(file).replace("shop,blog", "blog"));

        assertThat(shop.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(errorsOf(shop)).contains("may do less than before");
        Process later = using(dan, "blog");
        keys.remove("dan");
        for (Process kept : List.of(blog, later)) {
            assertThat(kept.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(errorsOf(kept)).contains("was removed").doesNotContain("may do less");
        }
    }

    @Test
    void whatAnAdminBeganEndsWhenTheKeyBecomesADeployers() throws Exception {
        Path ada = running.key("ada", "");
        Process shop = using(ada, "shop");
        Path file = running.settings.layout().authorizedKeys();

        Files.writeString(file, "role=\"deployer\",apps=\"shop\" " + Files.readString(file));

        assertThat(shop.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(errorsOf(shop)).contains("may do less than before");
    }

    private Process using(Path key, String app) throws Exception {
        Process process = new ProcessBuilder(running.ssh(key, "127.0.0.1", "use " + app)).start();
        assertThat(process.getInputStream().read()).as("the first byte").isEqualTo('w');
        return process;
    }

    @Test
    void whatRunsGoesOnWhenItsKeyGetsMoreOrTheFileIsEmptyForAMoment() throws Exception {
        running.close();
        running = new RunningServer(
                folder.resolve("by-hand"), handler, Map.of(), Duration.ofSeconds(30), Duration.ofHours(1));
        KeyWatch watch = running.server.keyWatch();
        Path dan = running.key("dan", "role=\"deployer\",apps=\"blog\" ");
        Process process = start(dan, "until-cancelled");
        Path file = running.settings.layout().authorizedKeys();
        String more = Files.readString(file).replace("\"blog\"", "\"blog,shop\"");

        for (int round = 0; round < 3; round++) {
            Files.writeString(file, "");
            watch.run();
            Files.writeString(file, more);
            watch.run();
        }
        assertThat(handler.cancelled.getCount()).as("not cancelled").isEqualTo(1);

        Files.writeString(file, "");
        watch.run();
        watch.run();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(errorsOf(process)).contains("was removed");
    }

    @Test
    void aPersonHasSeveralKeysAndLosesOne() {
        Path one = running.keygen.ed25519("one");
        Path two = running.keygen.ed25519("two");
        keys.add(dev.tinyserv.agent.keys.SshKeygen.publicKey(one), Account.Role.ADMIN, Set.of(), "ada");
        String second = keys.add(
                        dev.tinyserv.agent.keys.SshKeygen.publicKey(two),
                        Account.Role.DEPLOYER,
                        Set.of(new AppName("shop")),
                        "ada")
                .fingerprint();
        assertThat(Ssh.run(running.ssh(one, "127.0.0.1", "x")).out()).contains("account ada ADMIN");
        assertThat(Ssh.run(running.ssh(two, "127.0.0.1", "x")).out()).contains("account ada DEPLOYER [shop]");

        assertThat(keys.remove(second)).hasSize(1);

        assertThat(Ssh.run(running.ssh(one, "127.0.0.1", "exit 5")).status()).isEqualTo(5);
        assertThat(Ssh.run(running.ssh(two, "127.0.0.1", "exit 5")).status()).isEqualTo(255);
    }

    private Process waiting(Path key) throws Exception {
        return start(key, "wait");
    }

    private Process start(Path key, String command) throws Exception {
        Process process = new ProcessBuilder(running.ssh(key, "127.0.0.1", command)).start();
        assertThat(handler.started.await(60, TimeUnit.SECONDS)).isTrue();
        return process;
    }

    private static String errorsOf(Process process) throws Exception {
        return new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private List<String> master(Path key, String name) {
        return running.ssh(
                key,
                "-o",
                "ControlMaster=auto",
                "-o",
                "ControlPath=" + folder.resolve(name),
                "-o",
                "ControlPersist=60",
                "127.0.0.1");
    }

    private static List<String> with(List<String> command, String... more) {
        List<String> all = new ArrayList<>(command);
        all.addAll(List.of(more));
        return all;
    }
}
