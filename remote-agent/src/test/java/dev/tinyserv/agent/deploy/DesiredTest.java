package dev.tinyserv.agent.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.ConfigVars;
import dev.tinyserv.agent.app.Formation;
import dev.tinyserv.agent.app.ProcessName;
import dev.tinyserv.agent.app.ProcessType;
import dev.tinyserv.agent.build.Manifest;
import dev.tinyserv.agent.build.Slug;
import dev.tinyserv.agent.release.Release;
import dev.tinyserv.buildpacks.base.Refusal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class DesiredTest {
    @Test
    void oneProcessOfTheMainTypeRuns() {
        assertThat(processes("web", "worker", "release")).containsExactly(ProcessName.of("web.1"));
        assertThat(processes("worker", "release")).containsExactly(ProcessName.of("worker.1"));
    }

    @Test
    void aReleaseOfWhichNothingCanRunIsRefused() {
        assertThatThrownBy(() -> Desired.of(release("release")))
                .isInstanceOf(Refusal.class)
                .hasMessage("v7 of shop has no process to run; add a line 'web: COMMAND' to the Procfile and push");
        assertThatThrownBy(() -> Desired.of(release("a", "b")))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("the Procfile has no web and several others: a, b");
    }

    @Test
    void theReleasePhaseIsNeverKeptRunning() {
        Formation written = new Formation(new TreeMap<>(Map.of(ProcessType.RELEASE, 1, ProcessType.WEB, 2)));

        assertThat(written.processes()).containsExactly(ProcessName.of("web.1"), ProcessName.of("web.2"));
    }

    private static List<ProcessName> processes(String... types) {
        return Desired.of(release(types)).formation().processes();
    }

    private static Release release(String... types) {
        Map<ProcessType, String> commands =
                List.of(types).stream().collect(Collectors.toMap(ProcessType::new, type -> "run"));
        Release.Making making = new Release.Making(Instant.EPOCH, "ada", Release.Cause.PUSH, "test", null);
        return new Release(
                new Release.Header(new AppName("shop"), 7, "id", Release.Status.LIVE, making),
                new Slug("s1", "c0ffee", "test", new TreeMap<>(commands), new TreeMap<>(), null, "", Manifest.NONE),
                new ConfigVars(Map.of()));
    }
}
