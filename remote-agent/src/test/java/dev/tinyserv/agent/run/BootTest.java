package dev.tinyserv.agent.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinyserv.agent.app.Endpoint;
import dev.tinyserv.agent.app.ProcessName;
import dev.tinyserv.agent.app.ProcessType;
import dev.tinyserv.agent.deploy.Batch.Member;
import dev.tinyserv.agent.deploy.Desired;
import dev.tinyserv.agent.deploy.OneOff;
import dev.tinyserv.agent.release.Release;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.process.Cancellation;
import dev.tinyserv.fixtures.Ports;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BootTest {
    @TempDir
    Path root;

    private Machine machine;

    @BeforeEach
    void start() {
        machine = new Machine(root);
    }

    private Machine machine(Map<String, String> settings) {
        machine.close();
        machine = new Machine(root, settings);
        return machine;
    }

    @AfterEach
    void endAll() {
        machine.close();
        assertThat(machine.recordFiles()).isEmpty();
    }

    @Test
    void aServerIsReachedAtTheEndpointOfItsBatch() throws Exception {
        var batch = machine.boot(machine.release(7, Machine.SERVER));
        Endpoint endpoint = batch.endpoints().get(0);
        assertThat(endpoint.host()).isEqualTo("127.0.0.1");
        assertThat(machine.settings.server().instancePorts().contains(endpoint.port()))
                .isTrue();
        var answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://" + endpoint + "/"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(answer.body()).isEqualTo("hello");
        assertThat(machine.events.get(0)).matches("web\\.1 started \\(v7, port " + endpoint.port() + "\\)");
        assertThat(machine.events.get(1)).matches("web\\.1 is up after \\d+ ms \\(pid " + machine.pid() + "\\)");
    }

    @Test
    void noRecordStaysOfAProcessWhoseOutputCannotBeFinished() throws Exception {
        machine.output.failsToFinish(true);
        assertThatThrownBy(() -> machine.boot(machine.release(1, "exit 3"))).isInstanceOf(RuntimeException.class);
        assertThat(machine.recordFiles()).isEmpty();
        machine.output.failsToFinish(false);
    }

    @Test
    void aChildOfAChildMayListenAlsoInASessionOfItsOwn() {
        String command = "(setsid " + Machine.SERVER + " & wait); true";
        assertThat(machine.boot(machine.release(1, command)).endpoints()).hasSize(1);
    }

    @Test
    void aServerOnIpv6LoopbackOnlyIsFoundThere() {
        var batch = machine.boot(machine.release(1, Machine.listening("::1", "$ENV{PORT}")));
        assertThat(batch.endpoints().get(0).host()).isEqualTo("::1");
    }

    @Test
    void aServerOnAllAddressesIsReachedOnLoopback() {
        var batch = machine.boot(machine.release(1, Machine.listening("::", "$ENV{PORT}")));
        assertThat(batch.endpoints().get(0).host()).isEqualTo("127.0.0.1");
    }

    @Test
    void whatExitsEarlyIsRefusedWithItsLastLines() {
        Release release = machine.release(8, "for i in $(seq 1 30); do echo line $i; done; echo oh no >&2; exit 3");
        assertThatThrownBy(() -> machine.boot(release))
                .isInstanceOf(Refusal.class)
                .hasMessageMatching("web\\.1 of v8 exited with status 3 before it listened on port \\d+");
        assertThat(machine.transcript).hasSize(20).endsWith("       line 30", "       oh no");
        assertThat(machine.supervisor().statuses(Machine.SHOP)).isEmpty();
    }

    @Test
    void whatNeverListensIsRefusedWhenTimeIsOver() {
        Release release = machine(Map.of("TINYSERV_BOOT_TIMEOUT", "1s")).release(8, "sleep 60");
        assertThatThrownBy(() -> machine.boot(release))
                .isInstanceOf(Refusal.class)
                .hasMessageMatching("web\\.1 of v8 did not listen on port \\d+ within 1 s; does it use \\$PORT\\?");
    }

    @Test
    void whoListensOnAnotherPortIsToldWhich() throws IOException {
        int other = Ports.one();
        Release release = machine(Map.of("TINYSERV_BOOT_TIMEOUT", "1s"))
                .release(8, Machine.listening("127.0.0.1", Integer.toString(other)));
        assertThatThrownBy(() -> machine.boot(release))
                .isInstanceOf(Refusal.class)
                .hasMessageEndingWith(": it listens on " + other + " instead of $PORT");
    }

    /** The stranger takes the port between our probe and the app's bind: the first start does not even try. */
    @Test
    void aStrangerWhoComesInBetweenGetsNoRequestAndTheAppAnotherPort() {
        Path stranger = root.resolve("stranger");
        String command =
                "if [ ! -e " + stranger + " ]; then echo $PORT >" + stranger + "; sleep 60; fi; exec " + Machine.SERVER;
        Release release = machine.release(1, command);
        try (var sockets = new StrangerOnPort(stranger)) {
            int port = machine.boot(release).endpoints().get(0).port();
            assertThat(port).isNotEqualTo(sockets.port());
        }
        assertThat(machine.events).anyMatch(text -> text.startsWith("web.1 gets another port"));
    }

    @Test
    void aDeployIsCancelledWhileItBoots() {
        Release release = machine.release(1, "sleep 60");
        Cancellation cancellation = new Cancellation();
        Thread user = new Thread(() -> {
            Machine.await("it starts", () -> machine.events.size() == 1);
            cancellation.cancel("Ctrl-C");
        });
        user.start();
        Desired desired = Desired.of(release);
        assertThatThrownBy(() -> machine.supervisor()
                        .prepare(desired, desired.processes(), machine.transcript::add, cancellation))
                .isInstanceOf(Refusal.class)
                .hasMessage("cancelled: Ctrl-C");
    }

    @Test
    void otherTypesAreReadyWhenTheyLivedForASecond() {
        var batch = machine.boot(machine.release(1, Map.of("worker", "sleep 60", "release", "false"), Map.of()));
        assertThat(batch.endpoints()).isEmpty();
        assertThat(machine.status().name()).hasToString("worker.1");
        Release bad = machine.release(2, Map.of("worker", "kill -9 $$"), Map.of());
        assertThatThrownBy(() -> machine.boot(bad))
                .hasMessage("worker.1 of v2 was killed by signal 9 within 1 s of its start");
    }

    @Test
    void ofAReleaseWithoutAProcessToPickNothingIsStarted() {
        assertThat(machine.boot(machine.release(1, Map.of("a", "x", "b", "y"), Map.of()))
                        .started())
                .isEmpty();
        assertThat(machine.supervisor().statuses(Machine.SHOP)).isEmpty();
    }

    @Test
    void aSweptSlugIsRefusedByName() throws IOException {
        Release release = machine.release(4, Machine.SERVER);
        Files.delete(machine.slug());
        assertThatThrownBy(() -> machine.boot(release))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("builds/shop/s1 of v4 is gone");
    }

    @Test
    void theEnvironmentIsExactlyWhatWasPromised() throws IOException {
        Map<String, String> values = Map.of(
                "LINES", "one\ntwo\n",
                "EQUALS", "=a=b=",
                "QUOTES", "'\"`$HOME\\",
                "EMOJI", "\uD83D\uDE80 ü",
                "EMPTY", "",
                "TINYSERV_COMMIT", "mine",
                "PORT", "1",
                "DYNO", "fake",
                "TINYSERV_INSTANCE", "fake");
        String command = "cat /proc/self/environ >" + root.resolve("environ") + "; exec " + Machine.SERVER;
        Member instance = machine.boot(machine.release(7, Map.of("web", command), values))
                .started()
                .get(0);
        String environ = Files.readString(root.resolve("environ"), StandardCharsets.UTF_8);
        assertThat(environ.split("\0"))
                .contains(
                        "LINES=one\ntwo\n",
                        "EQUALS==a=b=",
                        "QUOTES='\"`$HOME\\",
                        "EMOJI=\uD83D\uDE80 ü",
                        "EMPTY=",
                        "TINYSERV_COMMIT=mine",
                        "HEROKU_SLUG_COMMIT=c0ffee",
                        "PORT=" + machine.record(instance).port(),
                        "DYNO=web.1",
                        "TINYSERV_INSTANCE=" + instance.id(),
                        "TINYSERV_APP=shop",
                        "HEROKU_APP_NAME=shop",
                        "TINYSERV_RELEASE=v7",
                        "HEROKU_RELEASE_VERSION=v7",
                        "TINYSERV_DATA_DIR=" + machine.layout.data(Machine.SHOP),
                        "HOME=" + machine.slug(),
                        "PATH=" + System.getenv("PATH"),
                        "LANG=C.UTF-8",
                        "FROM_BUILDPACK=yes");
        // Nothing of ours leaks in; PWD and the like are the shell's.
        assertThat(List.of(environ.split("\0")).stream().map(entry -> entry.replaceFirst("=(?s).*", "")))
                .isSubsetOf(
                        "LINES",
                        "EQUALS",
                        "QUOTES",
                        "EMOJI",
                        "EMPTY",
                        "TINYSERV_COMMIT",
                        "HEROKU_SLUG_COMMIT",
                        "PORT",
                        "DYNO",
                        "TINYSERV_INSTANCE",
                        "TINYSERV_APP",
                        "HEROKU_APP_NAME",
                        "TINYSERV_RELEASE",
                        "HEROKU_RELEASE_VERSION",
                        "TINYSERV_DATA_DIR",
                        "HOME",
                        "PATH",
                        "LANG",
                        "FROM_BUILDPACK",
                        "TZ",
                        "PWD",
                        "OLDPWD",
                        "SHLVL",
                        "_");
        assertThat(Files.getPosixFilePermissions(machine.layout.data(Machine.SHOP)))
                .hasSize(3);
    }

    @Test
    void profilesAreSourcedAndTheProcessIsAsItShouldBe() throws IOException {
        Release release = machine.release(
                1, "echo $FROM_PROFILE $1 $command $(umask) >" + root.resolve("seen") + "; exec " + Machine.SERVER);
        Files.createDirectories(machine.slug().resolve(".profile.d"));
        Files.writeString(
                machine.slug().resolve(".profile.d/a.sh"), "export FROM_PROFILE=a; set -- x y z; exec 0<&-\n");
        Files.writeString(machine.slug().resolve(".profile"), "export FROM_PROFILE=${FROM_PROFILE}b\n");
        Member instance = machine.boot(release).started().get(0);
        assertThat(root.resolve("seen")).hasContent("ab 0022");
        long pid = machine.commandPid(instance);
        assertThat(Path.of("/proc/" + pid + "/oom_score_adj")).hasContent("500");
        assertThat(Files.readString(Path.of("/proc/" + pid + "/cmdline"), StandardCharsets.UTF_8))
                .startsWith("perl\0");
    }

    @Test
    void aSimpleCommandLeavesNoShellBehind() throws IOException {
        Member instance = machine.boot(machine.release(
                        1, Map.of("worker", "sleep  \"$SECONDS_TO_SLEEP\""), Map.of("SECONDS_TO_SLEEP", "60")))
                .started()
                .get(0);
        assertThat(Path.of("/proc/" + machine.commandPid(instance) + "/cmdline"))
                .hasContent("sleep\u000060\u0000");
    }

    @Test
    void configValuesStandInNoArgumentList() throws IOException {
        Member instance = machine.boot(
                        machine.release(1, Map.of("web", Machine.SERVER), Map.of("SECRET", "hunter2hunter2")))
                .started()
                .get(0);
        for (var member : machine.process(instance).tree().members()) {
            assertThat(Files.readString(Path.of("/proc/" + member.pid() + "/cmdline"), StandardCharsets.UTF_8))
                    .doesNotContain("hunter2");
        }
    }

    private void script(String name, String content) throws IOException {
        Path file = machine.slug().resolve(name);
        Files.createDirectories(file.resolveSibling(""));
        Files.writeString(file, content);
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    @Test
    void aStartScriptWithCarriageReturnsIsNamedWithWhatMendsIt() throws IOException {
        Release release = machine.release(3, "./start.sh --port $PORT");
        script("start.sh", "#!/bin/sh\r\nexec true\r\n");
        assertThatThrownBy(() -> machine.boot(release))
                .hasMessageMatching("web\\.1 of v3 exited with status 127 before it listened on port \\d+: the first"
                        + " line of start\\.sh ends with CR, as Windows writes lines: run `echo .*`, commit and push");
    }

    @Test
    void aProgramOfADevelopmentDependencyIsNamedWithItsPackage() throws IOException {
        Release release = machine.release(3, "exec tsc --serve");
        Files.writeString(machine.slug().resolve("package.json"), "{\"devDependencies\": {\"typescript\": \"^5\"}}");
        assertThatThrownBy(() -> machine.boot(release))
                .hasMessageContaining(": tsc comes with typescript, a development dependency, and those are not there"
                        + " when the app runs: run `npm install --save-prod typescript`, commit and push");
    }

    @Test
    void aConfiguredPathThatHasNotTheProgramIsNamed() throws IOException {
        String mended = " PATH, which is a config var of the app: remove it with `config:unset PATH`, or add the"
                + " program's folder to it";
        Map<String, String> config = Map.of("PATH", "/x");
        assertThatThrownBy(() -> machine.boot(machine.release(3, Map.of("web", "exec sleep 9"), config)))
                .hasMessageContaining(": sleep is in no folder of" + mended);
        script("bin/serve", "#!/usr/bin/env sh\n");
        assertThatThrownBy(() -> machine.boot(machine.release(4, Map.of("web", "bin/serve"), config)))
                .hasMessageContaining(": the first line of bin/serve asks for sh, which is in no folder of" + mended);
    }

    @Test
    void aReleasePhaseAndAProfileSayWhatTheyCannotStart() throws IOException {
        Release release = machine.release(3, Map.of("web", Machine.SERVER, "release", "bin/migrate"), Map.of());
        script("bin/migrate", "#!/usr/bin/env interpreter-of-nobody\n");
        assertThatThrownBy(() -> machine.supervisor()
                        .run(
                                new OneOff(
                                        release,
                                        new ProcessName(ProcessType.RELEASE, 1),
                                        "bin/migrate",
                                        Duration.ofMinutes(1),
                                        OneOff.Streams.to(machine.transcript::add)),
                                new Cancellation())
                        .requireSuccess())
                .hasMessage("release.1 of v3 exited with status 127: the first line of bin/migrate asks for"
                        + " interpreter-of-nobody, which is not installed on the server: on Debian: apt-get install"
                        + " interpreter-of-nobody");
        Files.writeString(machine.slug().resolve(".profile"), "./prepare || exit $?\n");
        Files.writeString(machine.slug().resolve("prepare"), "#!/bin/sh\n");
        assertThatThrownBy(() -> machine.boot(release))
                .hasMessageEndingWith(
                        ": prepare is not executable: run `chmod +x prepare` and `git add --chmod=+x prepare`, commit and push");
    }
}
