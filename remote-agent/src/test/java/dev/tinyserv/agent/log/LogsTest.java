package dev.tinyserv.agent.log;

import static dev.tinyserv.agent.log.LogsFixture.APP;
import static dev.tinyserv.agent.log.LogsFixture.await;
import static dev.tinyserv.agent.log.LogsFixture.messages;
import static dev.tinyserv.agent.log.LogsFixture.print;
import static dev.tinyserv.agent.log.LogsFixture.runToEnd;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinyserv.agent.AgentSettings;
import dev.tinyserv.agent.app.AppName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogsTest {
    @TempDir
    Path root;

    private LogsFixture fixture;
    private Logs logs;

    @BeforeEach
    void open() {
        fixture = new LogsFixture(root);
        logs = fixture.open();
    }

    @AfterEach
    void close() {
        logs.close();
    }

    @Test
    void aPrintedLineIsInTheTimelineInTheAgreedForm() throws Exception {
        Path raw = logs.collect(APP, "web.1", "id1");
        runToEnd(raw, "printf 'grün \\033[1m\\tund gut\\r\\n'");
        await("the line", () -> fixture.stored().count() == 1);
        assertThat(fixture.stored().findFirst().orElseThrow())
                .matches(
                        "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}\\+00:00 app\\[web\\.1]: grün \u001b\\[1m\tund gut");
    }

    @Test
    void linesAreThereAtOnceWithoutBeingAskedFor() throws Exception {
        Path raw = logs.collect(APP, "web.1", "id1");
        runToEnd(raw, "echo warm");
        await("the first line", () -> fixture.stored().count() == 1);
        Files.writeString(raw, "now\n", java.nio.file.StandardOpenOption.APPEND);
        await("the second line", () -> fixture.stored().count() == 2);
    }

    @Test
    void settingsSayWhereAndHowMuch() {
        Path other = root.resolve("other");
        try (Logs configured = new Logs(
                AgentSettings.load(Map.of("TINYSERV_ROOT", other.toString())).log(), Clock.systemUTC())) {
            assertThat(configured.collect(APP, "web.1", "id9")).isEqualTo(other.resolve("run/output/id9.log"));
        }
    }

    @Test
    void whatThePlatformSaysStandsBetweenInOrderAndEachLineIsPrefixed() throws Exception {
        Path raw = logs.collect(APP, "web.1", "id1");
        logs.append(APP, "tinyserv", "deploy", "v1 is live\n2026-11-20T10:00:12.123456+00:00 app[web.1]: forged");
        runToEnd(raw, "echo hello");
        await("all lines", () -> messages(logs).size() == 3);
        List<LogLine> lines = logs.tail(APP, 10, LogFilter.ALL);
        assertThat(lines).extracting(LogLine::source).containsExactly("tinyserv", "tinyserv", "app");
        assertThat(lines.get(1).message()).endsWith("app[web.1]: forged");
        assertThat(lines).allMatch(line -> line.time().isAfter(Instant.parse("2020-01-01T00:00:00Z")));
    }

    @Test
    void aPromptIsShownAfterASecondAndItsLineEndMakesNoEmptyLine() throws Exception {
        Path raw = logs.collect(APP, "web.1", "id1");
        runToEnd(raw, "printf 'Password: '");
        await("the prompt", () -> fixture.stored().count() == 1);
        runToEnd(raw, "printf '\\nnext\\n'");
        await("the next line", () -> messages(logs).size() == 2);
        assertThat(messages(logs)).containsExactly("Password: ", "next");
    }

    @Test
    void finishBringsTheLastWordsAndTheirFileIsGone() throws Exception {
        Path raw = logs.collect(APP, "web.1", "id1");
        runToEnd(raw, "seq 1 5000; printf 'panic: no memory'");
        logs.finish("id1");
        assertThat(messages(logs)).hasSize(5001).endsWith("5000", "panic: no memory");
        assertThat(logs.lastLines("id1", 3)).containsExactly("4999", "5000", "panic: no memory");
        assertThat(fixture.layout.output()).isEmptyDirectory();
        logs.finish("id1");
        logs.finish("never-heard-of");
    }

    @Test
    void lastLinesAreUpToDateAndBounded() throws Exception {
        Path raw = logs.collect(APP, "web.1", "id1");
        assertThat(logs.lastLines("id1", 5)).isEmpty();
        runToEnd(raw, "seq 1 1000");
        assertThat(logs.lastLines("id1", 2)).containsExactly("999", "1000");
        assertThat(logs.lastLines("id1", 5000)).hasSize(100);
        assertThat(logs.lastLines("unknown", 5)).isEmpty();
    }

    @Test
    void tailShowsTheLastLinesThatTheFilterWants() throws Exception {
        Path web = logs.collect(APP, "web.1", "id1");
        Path worker = logs.collect(APP, "worker.1", "id2");
        Path web10 = logs.collect(APP, "web.10", "id3");
        runToEnd(web, "seq 1 100");
        runToEnd(worker, "seq 101 200");
        runToEnd(web10, "seq 201 300");
        logs.append(APP, "router", "web.1", "GET /");
        await("all lines", () -> messages(logs).size() == 301);
        assertThat(logs.tail(APP, 2, new LogFilter("app", "web.1")))
                .extracting(LogLine::message)
                .containsExactly("99", "100");
        assertThat(logs.tail(APP, 500, new LogFilter(null, "web"))).hasSize(201);
        assertThat(logs.tail(APP, 500, new LogFilter("router", null))).hasSize(1);
        assertThat(logs.tail(APP, 0, LogFilter.ALL)).isEmpty();
        assertThat(logs.tail(APP, -1, LogFilter.ALL)).isEmpty();
        assertThat(logs.tail(new AppName("unknown"), 10, LogFilter.ALL)).isEmpty();
        assertThat(fixture.layout.logs(new AppName("unknown"))).doesNotExist();
    }

    @Test
    void timesNeverGoBackAlsoAcrossARestart() throws Exception {
        logs.close();
        SetClock clock = new SetClock();
        logs = fixture.open(LogsFixture.DEFAULT_LIMIT, clock);
        logs.append(APP, "tinyserv", "run", "first");
        await("first", () -> messages(logs).size() == 1);
        clock.set("2025-01-01T00:00:00Z");
        logs.append(APP, "tinyserv", "run", "second");
        logs.close();
        logs = fixture.open(LogsFixture.DEFAULT_LIMIT, clock);
        logs.append(APP, "tinyserv", "run", "third");
        await("third", () -> messages(logs).size() == 3);
        assertThat(logs.tail(APP, 9, LogFilter.ALL))
                .extracting(LogLine::stamp)
                .containsOnly("2026-11-20T10:00:00.000000+00:00");
    }

    /** A clock that stands still until it is set. */
    private static final class SetClock extends Clock {
        private volatile Instant now = Instant.parse("2026-11-20T10:00:00Z");

        void set(String time) {
            now = Instant.parse(time);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }

    @Test
    void survivesThatSomebodyDeletesTheLogs() throws Exception {
        Path raw = logs.collect(APP, "web.1", "id1");
        runToEnd(raw, "echo one");
        await("one", () -> fixture.stored().count() == 1);
        new ProcessBuilder("rm", "-rf", fixture.layout.logs().toString())
                .start()
                .waitFor();
        runToEnd(raw, "echo two");
        await("two", () -> messages(logs).equals(List.of("two")));
    }

    @Test
    void survivesThatSomebodyDeletesTheRawFolder() throws Exception {
        new ProcessBuilder("rm", "-rf", fixture.layout.output().toString())
                .start()
                .waitFor();
        await("a new folder", () -> Files.isDirectory(fixture.layout.output()));
        Path raw = logs.collect(APP, "web.1", "id1");
        runToEnd(raw, "echo back");
        await("the line", () -> fixture.stored().count() == 1);
    }

    @Test
    void countsWhatItCouldNotWriteAndSaysSoLater() throws Exception {
        Files.createDirectories(fixture.layout.logs());
        Files.writeString(fixture.layout.logs(APP), "in the way, like a full disk");
        Path raw = logs.collect(APP, "web.1", "id1");
        runToEnd(raw, "seq 1 500");
        assertThat(logs.lastLines("id1", 1)).containsExactly("500");
        Files.delete(fixture.layout.logs(APP));
        runToEnd(raw, "echo back");
        await("both lines", () -> messages(logs).size() == 2);
        assertThat(messages(logs).get(0)).startsWith("500 lines were dropped here: ");
        assertThat(messages(logs).get(1)).isEqualTo("back");
    }

    @Test
    void forgetDeletesAllOfAnApp() throws Exception {
        Path raw = logs.collect(APP, "web.1", "id1");
        Process printing = print(raw, "while echo x; do :; done");
        try {
            await("lines", () -> !messages(logs).isEmpty());
            logs.forget(APP);
            assertThat(fixture.layout.logs(APP)).doesNotExist();
            assertThat(raw).doesNotExist();
        } finally {
            printing.destroyForcibly().waitFor();
        }
        assertThat(messages(logs)).isEmpty();
    }

    @Test
    void refusesNamesThatAreNotSafeInAPathOrALine() {
        for (String bad : List.of("", "../x", "a/b", "a]b", "a b", "a\nb", ".hidden", "x".repeat(200))) {
            assertThatThrownBy(() -> logs.collect(APP, "web.1", bad)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> logs.append(APP, "tinyserv", bad, "text"))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void nothingHappensAfterClose() throws IOException {
        logs.close();
        logs.close();
        Path raw = logs.collect(APP, "web.1", "id1");
        logs.append(APP, "tinyserv", "run", "text");
        logs.finish("id1");
        assertThat(raw.getParent()).isEmptyDirectory();
    }
}
