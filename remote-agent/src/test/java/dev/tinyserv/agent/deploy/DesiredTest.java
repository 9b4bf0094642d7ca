package dev.tinyserv.agent.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.AppState;
import dev.tinyserv.agent.app.ConfigVars;
import dev.tinyserv.agent.app.Formation;
import dev.tinyserv.agent.app.ProcessName;
import dev.tinyserv.agent.app.ProcessSelector;
import dev.tinyserv.agent.app.ProcessType;
import dev.tinyserv.agent.app.Scale;
import dev.tinyserv.agent.app.ScaleChange;
import dev.tinyserv.agent.app.TypeSettings;
import dev.tinyserv.agent.build.Manifest;
import dev.tinyserv.agent.build.Slug;
import dev.tinyserv.agent.release.Release;
import dev.tinyserv.buildpacks.base.Refusal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class DesiredTest {
    private static final AppState SHOP = new AppState(new AppName("shop"), 5000, true, Instant.EPOCH, "ada");
    private static final Release.Cause PUSH = Release.Cause.PUSH;

    @Test
    void oneProcessOfTheMainTypeRuns() {
        assertThat(processes("web", "worker", "release")).containsExactly(ProcessName.of("web.1"));
        assertThat(processes("worker", "release")).containsExactly(ProcessName.of("worker.1"));
    }

    @Test
    void aReleaseOfWhichNothingCanRunIsRefused() {
        assertThatThrownBy(() -> Desired.of(SHOP, release("release")))
                .isInstanceOf(Refusal.class)
                .hasMessage("v7 of shop has no process to run; add a line 'web: COMMAND' to the Procfile and push");
    }

    @Test
    void ofSeveralTypesWithoutWebNoneRunsBeforeItIsScaled() {
        assertThat(Desired.of(SHOP, release("a", "b")).processes()).isEmpty();
    }

    @Test
    void anAppOfToday() {
        assertThat(Desired.of(SHOP, release("web", "worker", "release")).processes())
                .containsExactly(ProcessName.of("web.1"));
        assertThat(Desired.of(SHOP, release("worker", "release")).processes())
                .containsExactly(ProcessName.of("worker.1"));
    }

    private static Manifest declaring(String type, int quantity, boolean enforce) {
        Map<ProcessType, Manifest.Quantity> formation =
                Map.of(new ProcessType(type), new Manifest.Quantity(quantity, enforce));
        return new Manifest(new TreeMap<>(formation), new TreeMap<>());
    }

    private static String formation(AppState app) {
        return app.scale().formation().asWords();
    }

    @Test
    void theFirstDeployOfATypeTakesTheNumberOfItsAppJson() {
        AppState first =
                DesiredFormation.heeding(SHOP, release(7, PUSH, declaring("worker", 2, false), "web", "worker"));
        assertThat(formation(first)).isEqualTo("web=1 worker=2");
        assertThat(first.scale().formedBy()).isEqualTo(7);

        AppState second = DesiredFormation.heeding(
                first, release(8, PUSH, declaring("worker", 5, false), "web", "worker", "clock"));
        assertThat(formation(second)).as("a later deploy changes nothing").isEqualTo("clock=0 web=1 worker=2");
        AppState third = DesiredFormation.heeding(second, release(9, PUSH, declaring("late", 3, false), "web", "late"));
        assertThat(formation(third))
                .as("a type that leaves keeps its number, a new one has that of app.json")
                .isEqualTo("clock=0 late=3 web=1 worker=2");
        assertThat(Desired.of(third, release(9, PUSH, Manifest.NONE, "web", "late"))
                        .processes())
                .as("a type that left is stopped")
                .extracting(ProcessName::toString)
                .containsExactly("late.1", "late.2", "late.3", "web.1");
        assertThat(Desired.of(third, release(10, PUSH, Manifest.NONE, "web", "worker"))
                        .processes())
                .as("and comes back at its old scale")
                .extracting(ProcessName::toString)
                .containsExactly("web.1", "worker.1", "worker.2");
    }

    @Test
    void whatAppJsonEnforcesHoldsAtEachDeployAndOnlyThere() {
        Manifest two = declaring("web", 2, true);
        AppState scaled = SHOP.withScale(new Scale(counts("web", 5), 6, new TreeSet<>()));

        assertThat(formation(DesiredFormation.heeding(scaled, release(7, Release.Cause.ROLLBACK, two, "web"))))
                .isEqualTo("web=5");
        assertThat(formation(DesiredFormation.heeding(scaled, release(7, Release.Cause.CONFIG, two, "web"))))
                .isEqualTo("web=5");
        AppState deployed = DesiredFormation.heeding(scaled, release(7, PUSH, two, "web"));
        assertThat(formation(deployed)).isEqualTo("web=2");
        AppState again = deployed.withScale(ScaleChange.applied(deployed.scale(), List.of(ScaleChange.of("web=4"))));
        assertThat(DesiredFormation.heeding(again, release(7, PUSH, two, "web")))
                .as("what was scaled by hand since is not undone by a start of the agent")
                .isEqualTo(again);
    }

    @Test
    void anAppOfTodayHasItsTypesKnownBeforeItsNextDeploy() {
        AppState taken = DesiredFormation.heeding(SHOP, release(7, PUSH, Manifest.NONE, "web", "worker"));

        assertThat(formation(
                        DesiredFormation.heeding(taken, release(8, PUSH, declaring("web", 3, false), "web", "worker"))))
                .isEqualTo("web=1 worker=0");
    }

    @Test
    void severalProcessesOfAnExclusiveTypeAreRefused() {
        AppState app = SHOP.withFormation(counts("poller", 2))
                .withSettings(new ProcessType("poller"), TypeSettings.DEFAULT.withExclusive(true));

        assertThatThrownBy(() -> Desired.of(app, release("poller")))
                .isInstanceOf(Refusal.class)
                .hasMessage(
                        "poller of shop is exclusive, so 1 process of it runs at most, and not 2; `ps:scale poller=1`"
                                + " or `ps:set poller exclusive=off` mends that");
    }

    @Test
    void whatIsStoppedByHandDoesNotRunUntilItIsStartedOrScaled() {
        Scale scale = new Scale(counts("worker", 3), 7, new TreeSet<>());
        List<ProcessType> types = List.of(new ProcessType("worker"));
        Scale one = scale.withStopped(ProcessSelector.of("worker.2"));
        assertThat(one.processes(types)).extracting(ProcessName::toString).containsExactly("worker.1", "worker.3");
        Scale all = one.withStopped(ProcessSelector.of("worker"));
        assertThat(all.processes(types)).isEmpty();
        assertThat(all.withoutStopped(ProcessSelector.of("worker.3")).processes(types))
                .extracting(ProcessName::toString)
                .containsExactly("worker.3");
        assertThat(all.withoutStopped(ProcessSelector.of("worker")).processes(types))
                .hasSize(3);
        assertThat(all.started()).isEqualTo(scale);
        assertThat(ScaleChange.applied(all, List.of(ScaleChange.of("worker-1"))).processes(types))
                .hasSize(2);
    }

    private static Formation counts(String type, int count) {
        return new Formation(new TreeMap<>(Map.of(new ProcessType(type), count)));
    }

    @Test
    void theReleasePhaseIsNeverKeptRunning() {
        Formation written = new Formation(new TreeMap<>(Map.of(ProcessType.RELEASE, 1, ProcessType.WEB, 2)));

        assertThat(written.processes()).containsExactly(ProcessName.of("web.1"), ProcessName.of("web.2"));
    }

    private static List<ProcessName> processes(String... types) {
        return Desired.of(release(types)).processes();
    }

    private static Release release(String... types) {
        return release(7, PUSH, Manifest.NONE, types);
    }

    private static Release release(int version, Release.Cause cause, Manifest manifest, String... types) {
        Map<ProcessType, String> commands =
                List.of(types).stream().collect(Collectors.toMap(ProcessType::new, type -> "run"));
        Release.Making making = new Release.Making(Instant.EPOCH, "ada", cause, "test", null);
        return new Release(
                new Release.Header(SHOP.app(), version, "id", Release.Status.LIVE, making),
                new Slug("s1", "c0ffee", "test", new TreeMap<>(commands), new TreeMap<>(), null, "", manifest),
                new ConfigVars(Map.of()));
    }
}
