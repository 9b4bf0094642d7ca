package dev.tinyserv.scenario.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Eventually;
import dev.tinyserv.fixtures.Http;
import dev.tinyserv.fixtures.Pids;
import dev.tinyserv.fixtures.fault.Campaign;
import dev.tinyserv.fixtures.fault.FaultRun;
import dev.tinyserv.fixtures.fault.ProcessMeter;
import dev.tinyserv.scenario.Json;
import dev.tinyserv.scenario.Stage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** An app that ends as soon as it is started. */
class Fault09CrashLoopScenario {
    private static final int MOST_STARTS = 8;
    private static final int STATUS = 5;
    private static final Duration CAMPAIGN = Duration.ofMinutes(10);

    @AutoClose
    private static final Stage STAGE = Stage.start();

    private static JsonNode instance(App app) {
        return Json.of(app.verb("ps", "--json")).get(0);
    }

    /** An app that comes up once, and ends at once when it is started again; a line of a file is a start. */
    private static App loop(Path starts) {
        String python = "exec python3 -m http.server --bind 127.0.0.1 $PORT";
        return STAGE.developer()
                .files(
                        STAGE.newName("loop"),
                        Map.of(
                                "Procfile",
                                "web: echo start >> " + starts + "; [ -e once ] && { echo dying; exit " + STATUS
                                        + "; }; touch once; " + python + "\n"))
                .deploy();
    }

    private static int starts(Path file) {
        try {
            return Files.readAllLines(file).size();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void itIsStartedSeldomCostsNextToNothingAndIsShownAsCrashed() {
        Path file = STAGE.sandbox().folder().resolve("starts");
        App app = loop(file);
        ProcessMeter agent = new ProcessMeter(STAGE.server().agentPid());
        FaultRun run = FaultRun.of(9, "crash loop");

        Duration before = agent.cpu();
        Pids.signal("KILL", childOf(instance(app).at("/pid").asInt()));
        Eventually.always(
                "it is started seldom", Campaign.time(Duration.ZERO, CAMPAIGN), () -> starts(file) <= MOST_STARTS);
        assertThat(agent.cpu().minus(before))
                .as("processor time of the agent")
                .isLessThan(Campaign.bar(CAMPAIGN.dividedBy(100)));
        Eventually.until("it is started again and again", () -> starts(file) >= Campaign.count(3, 6));
        Eventually.until(
                "it is shown as crashed",
                () -> instance(app).at("/state").asString().equals("crashed"),
                () -> instance(app).toString());

        assertThat(starts(file)).isLessThanOrEqualTo(MOST_STARTS);
        assertThat(instance(app).at("/lastExit").toString()).contains(Integer.toString(STATUS));
        assertThat(app.verb("ps").mustSucceed().out()).contains("crashed").contains(Integer.toString(STATUS));
        run.injected(starts(file) - 1);
        run.finish(Campaign.count(2, 5), 0);
    }

    @Test
    void itsPagesSayThatItCrashedAndANewReleaseEndsTheLoop() {
        App app = loop(STAGE.sandbox().folder().resolve("other-starts"));
        app.write("unused", "").commit("More");

        Pids.signal("KILL", childOf(instance(app).at("/pid").asInt()));

        Eventually.until(
                "it is known to have crashed",
                () -> instance(app).at("/state").asString().equals("crashed"),
                () -> instance(app).toString());
        assertThat(Http.get(app.port(), "/").status()).isEqualTo(503);
        assertThat(Http.get(app.port(), "/").text()).contains("crash").hasLineCount(1);
        app.push().mustSucceed();
        assertThat(Http.get(app.port(), "/").status())
                .as("a new release resets it")
                .isEqualTo(200);
    }

    private static long childOf(long pid) {
        return ProcessHandle.of(pid)
                .orElseThrow()
                .descendants()
                .filter(handle -> handle.info().command().orElse("").contains("python"))
                .map(ProcessHandle::pid)
                .findFirst()
                .orElse(pid);
    }
}
