package dev.tinyserv.agent.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.AppState;
import dev.tinyserv.agent.app.ConfigVars;
import dev.tinyserv.agent.app.ProcessName;
import dev.tinyserv.agent.app.ProcessType;
import dev.tinyserv.agent.build.Manifest;
import dev.tinyserv.agent.build.Slug;
import dev.tinyserv.agent.deploy.ProcessStatus;
import dev.tinyserv.agent.deploy.ProcessStatus.State;
import dev.tinyserv.agent.release.Release;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class AppSummaryTest {
    private static final AppName APP = new AppName("shop");
    private static final AppState STATE = new AppState(APP, 5000, true, Instant.EPOCH, "ada");
    private static final Slug SLUG = new Slug(
            "s1",
            "c0ffee0000000000000000000000000000000000",
            "node",
            new TreeMap<>(Map.of(ProcessType.WEB, "node .", ProcessType.RELEASE, "true")),
            new TreeMap<>(),
            null,
            "",
            Manifest.NONE);
    private static final Release RELEASE = new Release(
            new Release.Header(
                    APP,
                    2,
                    "id",
                    Release.Status.LIVE,
                    new Release.Making(Instant.EPOCH, "ada", Release.Cause.PUSH, "Deploy c0ffee", null)),
            SLUG,
            ConfigVars.none());

    private static ProcessStatus process(String name, State state) {
        return new ProcessStatus(ProcessName.of(name), state, null, null, "v2", Instant.EPOCH, 0, null);
    }

    private static String stateWith(ProcessStatus... processes) {
        return AppSummary.stateOf(STATE, RELEASE, true, List.of(processes));
    }

    @Test
    void aCrashedAppIsNotUpBecauseSomethingElseOfItRuns() {
        ProcessStatus crashed = process("web.1", State.CRASHED);

        assertThat(stateWith(process("release.1", State.UP), crashed)).isEqualTo("crashed");
        assertThat(stateWith(process("release.1", State.STARTING), crashed)).isEqualTo("crashed");
        assertThat(stateWith(process("release.1", State.UP), process("web.1", State.STARTING)))
                .isEqualTo("starting");
        assertThat(stateWith(process("web.1", State.STARTING), process("web.1", State.UP)))
                .isEqualTo("up");
    }

    @Test
    void anAppOfWhichNothingShouldRunIsIdle() {
        assertThat(AppSummary.stateOf(STATE, RELEASE, false, List.of())).isEqualTo("idle");
        assertThat(AppSummary.stateOf(STATE.withUp(false), RELEASE, false, List.of()))
                .isEqualTo("stopped");
    }
}
