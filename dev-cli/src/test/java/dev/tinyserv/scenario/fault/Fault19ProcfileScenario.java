package dev.tinyserv.scenario.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Http;
import dev.tinyserv.fixtures.Result;
import dev.tinyserv.fixtures.fault.Campaign;
import dev.tinyserv.fixtures.fault.FaultRun;
import dev.tinyserv.scenario.Stage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Procfiles good and bad, by a real push. */
@ResourceLock(providers = AloneInACampaign.class)
class Fault19ProcfileScenario {
    private static final String WEB = "web: node server.js\n";

    @AutoClose
    private static final Stage STAGE = Stage.start();

    private static final Duration BAR = Campaign.bar(Duration.ofSeconds(1));

    /** A push has to be that fast once, because others use this machine, too. */
    private static final int ATTEMPTS = 4;

    private static final FaultRun RUN = FaultRun.of(19, "Procfile that is no Procfile");

    @AfterAll
    static void enoughWereTried() {
        RUN.finish((int) bad().count(), 0);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] noise() {
        byte[] noise = new byte[4096];
        new Random(7).nextBytes(noise);
        return noise;
    }

    static Stream<Arguments> bad() {
        return Stream.of(
                Arguments.of("10 MB", bytes("#".repeat(99) + "\n" + (WEB + "# x\n").repeat(500_000)), ""),
                Arguments.of("one line of 10 MB", bytes("web: " + "x".repeat(10 << 20)), ""),
                Arguments.of("binary", noise(), ""),
                Arguments.of("NUL", bytes("web: node\0server.js\n"), "1"),
                Arguments.of("merge markers", bytes("<<<<<<< HEAD\n" + WEB + "=======\n>>>>>>> x\n"), "1"),
                Arguments.of("a duplicate", bytes(WEB + "worker: true\n" + WEB), "3"),
                Arguments.of("no command", bytes(WEB + "worker:\n"), "2"),
                Arguments.of("no colon", bytes("# fine\n\nweb node server.js\n"), "3"),
                Arguments.of("a type of 64", bytes("w".repeat(64) + ": true\n"), "1"),
                Arguments.of("a type that escapes", bytes("../web: true\n"), "1"),
                Arguments.of("escape sequences", bytes("\u001b]52;c;eA==\u0007: x\n"), "1"),
                Arguments.of("only comments", bytes("# nothing\n"), ""),
                Arguments.of("nothing", bytes(""), ""));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bad")
    void aBadProcfileIsRefusedInOneLineThatNamesIt(String what, byte[] procfile, String line) {
        App app = STAGE.developer().sample("probe", STAGE.newName("bad"));
        app.create();
        app.writeBytes("Procfile", procfile).commit(what);

        Duration fastest = Duration.ofDays(1);
        Result push = app.developer().git("version");
        for (int attempt = 0; attempt < ATTEMPTS && fastest.compareTo(BAR) >= 0; attempt++) {
            long before = System.nanoTime();
            push = app.push().mustFail();
            Duration took = Duration.ofNanos(System.nanoTime() - before);
            fastest = took.compareTo(fastest) < 0 ? took : fastest;
        }

        assertThat(push.err()).contains("Procfile").contains(line.isEmpty() ? "" : "line " + line);
        assertThat(push.err()).doesNotContain("\u001b]").doesNotContain("\0").hasSizeLessThan(4_000);
        assertThat(push.err().lines().filter(each -> each.startsWith("remote:  !")))
                .as("one line says it: %s", push)
                .hasSize(1);
        assertThat(fastest).as("from git push to its end").isLessThan(BAR);
        RUN.injected();
        assertThat(app.deployedCommit()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("good")
    void anUnusualProcfileDeploys(byte[] procfile) {
        App app = STAGE.developer().sample("probe", STAGE.newName("good"));
        app.create();

        app.writeBytes("Procfile", procfile).commit("Unusual");
        app.push().mustSucceed();

        assertThat(Http.text(app.port(), "/")).isEqualTo("v2\n");
        app.verb("ps:stop").mustSucceed();
    }

    static Stream<byte[]> good() {
        return Stream.of(
                bytes("\uFEFFweb: node server.js\r\n"),
                bytes("# A comment\r\n\r\nweb:   node server.js   \r\nworker: false\r\n"),
                bytes("worker: exit 1\nweb: X=1 exec node server.js"));
    }

    @Test
    void aProcfileThatIsALinkIsNotFollowed() throws IOException {
        App app = STAGE.developer().sample("probe", STAGE.newName("link"));
        app.create();
        Files.delete(app.folder().resolve("Procfile"));
        Files.createSymbolicLink(app.folder().resolve("Procfile"), Path.of("/etc/passwd"));
        app.commit("Link out");

        Result push = app.push().mustFail();

        assertThat(push.err()).contains("Procfile").doesNotContain("root:");
    }

    @Test
    void theProcfileOfTheCommitCountsAndNotWhatABuildMakesOfIt() {
        App app = STAGE.developer().sample("node-hello", STAGE.newName("commit"));
        app.create();
        app.write("Procfile", "web: node server.js\n")
                .write("package.json", """
                        {"name": "x", "version": "1.0.0", "scripts": {"build": "echo 'web: false' > Procfile"}}
                        """)
                .commit("Overwrite");

        app.push().mustSucceed();

        assertThat(Http.text(app.port(), "/")).isEqualTo("Hello from v2 world\n");
    }
}
