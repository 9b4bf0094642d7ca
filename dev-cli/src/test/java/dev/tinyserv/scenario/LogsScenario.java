package dev.tinyserv.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Eventually;
import dev.tinyserv.fixtures.Folders;
import dev.tinyserv.fixtures.Http;
import dev.tinyserv.fixtures.Pids;
import dev.tinyserv.fixtures.Result;
import dev.tinyserv.fixtures.Running;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** One timeline per app. */
@Tag("thorough")
class LogsScenario {
    private static final String STAMP = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}\\+00:00 ";

    @AutoClose
    private static final Stage STAGE = Stage.start(Map.of("TINYSERV_LOG_SIZE", "256k"));

    private static void print(App app, String text) {
        Http.text(app.port(), "/print?" + text);
    }

    private static String logs(App app, String... arguments) {
        return app.verb("logs", arguments).mustSucceed().out();
    }

    @Test
    void whatTheAppPrintsAndWhatThePlatformDidAndWhyStandInOneTimeline() {
        App app = STAGE.probe();
        print(app, "hello");
        app.verb("config:set", "SECRET=abcdefghij").mustSucceed();

        Eventually.until("the line is there", () -> logs(app, "-n", "100").contains("app[web.1]: hello"));
        String logs = logs(app, "-n", "100");
        assertThat(logs.lines()).allMatch(line -> line.matches(STAMP + "(app|tinyserv|router)\\[[^]]+\\]: .*"));
        assertThat(logs).contains("tinyserv[").contains("v2").contains("v3").contains("tester");
        assertThat(logs).doesNotContain("abcdefghij");
    }

    @Test
    void aNumberOfLinesCanBeAskedFor() {
        App app = STAGE.probe();
        for (int i = 1; i <= 10; i++) {
            print(app, "line" + i);
        }
        Eventually.until("all lines are there", () -> logs(app, "-n", "30").contains("line10"));

        assertThat(logs(app, "-n", "3").lines().map(line -> line.replaceAll(".*: ", "")))
                .containsExactly("line8", "line9", "line10");
        Result many = app.verb("logs", "-n", "many");
        assertThat(many.exit()).isEqualTo(2);
        assertThat(many.err()).contains("'many' is no whole number");
    }

    @Test
    void aFollowerSeesEachLineAsItComesAndEndsOnCtrlC() {
        App app = STAGE.probe();
        app.developer().git("config", "core.quotepath", "off").mustSucceed();
        try (Running follower = app.developer().startTinyserv("logs", "-t")) {
            Eventually.until("it begins", () -> follower.out().contains("listening"));
            print(app, "live-one");
            Eventually.until("the line comes", () -> follower.out().contains("live-one"), follower::err);

            follower.interrupt();
            Eventually.until("it ends", () -> !follower.isAlive());
        }
    }

    @Test
    void aFollowerGoesOnOverADeployAndAnEndlessOneLeavesNothingBehindOnTheServer() {
        App app = STAGE.probe();
        try (Running follower = app.developer().startSsh("logs", "-t", "-a", app.name())) {
            Eventually.until("it begins", () -> follower.out().contains("listening"));
            print(app, "before-deploy");
            app.commit("Again").push().mustSucceed();
            print(app, "after-deploy");
            Eventually.until(
                    "both lines came",
                    () -> follower.out().contains("before-deploy")
                            && follower.out().contains("after-deploy"),
                    follower::out);
            assertThat(follower.out()).contains("v3");
        }
        app.verb("apps:destroy", "-c", app.name()).mustSucceed();
    }

    @Test
    void nothingIsLostOverADeployOrTheDeathOfTheAgent() {
        App app = STAGE.developer()
                .files(
                        STAGE.newName("counter"),
                        Map.of(
                                "Procfile",
                                "worker: i=0; while [ $i -lt 2000 ]; do i=$((i+1)); echo \"$TINYSERV_RELEASE-$i\";"
                                        + " [ $((i % 100)) = 0 ] && sleep 0.1; done; exec sleep 3600\n"));
        app.deploy();
        Pids.signal("KILL", STAGE.server().agentPid());
        Eventually.until("the agent is back", () -> app.developer().ssh("apps").succeeded());
        app.commit("Again").push().mustSucceed();
        Eventually.until(
                "the second release has counted", () -> logs(app, "-n", "5000").contains("v3-2000"));

        // After the death of an agent a few lines may be there twice, the second time marked as late.
        List<String> marked = logs(app, "-n", "5000")
                .lines()
                .map(line -> line.replaceAll(".*: ", ""))
                .toList();
        assertThat(marked).doesNotHaveDuplicates();
        List<String> lines =
                marked.stream().map(line -> line.replace("(late) ", "")).toList();
        for (int i = 1; i <= 2000; i++) {
            assertThat(lines).as("line %d of the second release", i).contains("v3-" + i);
        }
        assertThat(lines.stream().filter(line -> line.startsWith("v3-"))).doesNotHaveDuplicates();
        int first = lines.stream()
                .filter(line -> line.startsWith("v2-"))
                .mapToInt(line -> Integer.parseInt(line.substring(3)))
                .max()
                .orElseThrow();
        for (int i = 1; i <= first; i++) {
            assertThat(lines).as("line %d of %d of the first release", i, first).contains("v2-" + i);
        }
    }

    @Test
    void aFloodStaysBoundedOnDiskAndTheAppWritesOn() {
        App app = STAGE.developer()
                .files(
                        STAGE.newName("flood"),
                        Map.of("Procfile", "worker: seq 1 400000; echo the-end; exec sleep 3600\n"));
        app.deploy();
        Eventually.until("the flood is over", () -> logs(app, "-n", "5").contains("the-end"));

        Eventually.until(
                "the log has shrunk to its bound",
                () -> size(STAGE.server().root().resolve("logs").resolve(app.name())) <= 300 * 1024);
    }

    private static long size(Path folder) {
        long size = 0;
        for (Path file : Folders.walk(folder)) {
            try {
                size += Files.isRegularFile(file) ? Files.size(file) : 0;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return size;
    }

    @Test
    void controlCharactersDoNotReachATerminal() {
        App app = STAGE.probe();
        print(app, "%1b%5d52;c;eA==%07evil%0dforged");

        Eventually.until("the line is there", () -> logs(app, "-n", "20").contains("evil"));
        assertThat(logs(app, "-n", "20"))
                .doesNotContain("\u001b")
                .doesNotContain("\r")
                .contains("\\x1b");
    }

    @Test
    void aLineWithoutAnEndOrTooLongIsShownAllTheSame() {
        App app = STAGE.developer()
                .files(
                        STAGE.newName("long"),
                        Map.of(
                                "Procfile",
                                "worker: head -c 25000 /dev/zero | tr '\\0' x; echo; printf no-end; exec sleep 3600\n"));
        app.deploy();

        Eventually.until("the long line is there", () -> logs(app, "-n", "20").contains("xxxxx"));
        assertThat(logs(app, "-n", "20").lines()).allMatch(line -> line.length() < 10_100);
    }
}
