package dev.tinyserv.agent.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinyserv.agent.AgentSettings;
import dev.tinyserv.agent.app.Account;
import dev.tinyserv.agent.app.Affinity;
import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.AppState;
import dev.tinyserv.agent.app.Endpoint;
import dev.tinyserv.agent.app.ProcessSelector;
import dev.tinyserv.agent.app.ProcessType;
import dev.tinyserv.agent.app.Scale;
import dev.tinyserv.agent.app.ScaleChange;
import dev.tinyserv.agent.app.TypeSettings;
import dev.tinyserv.agent.build.BuildPipeline;
import dev.tinyserv.agent.build.MapSource;
import dev.tinyserv.agent.event.Events;
import dev.tinyserv.agent.event.ReleaseEvent;
import dev.tinyserv.agent.release.Releases;
import dev.tinyserv.agent.store.Apps;
import dev.tinyserv.agent.store.JsonStore;
import dev.tinyserv.agent.submit.Origin;
import dev.tinyserv.agent.submit.Submission;
import dev.tinyserv.agent.submit.Tip;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.buildpack.Buildpacks;
import dev.tinyserv.buildpacks.buildpack.Site;
import dev.tinyserv.buildpacks.buildpack.procfile.ProcfileBuildpack;
import dev.tinyserv.buildpacks.process.Cancellation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class RollingTest {
    private static final AppName APP = new AppName("myapp");
    private static final Account ADA = Account.admin("ada");
    private static final ProcessType WEB = ProcessType.WEB;

    @TempDir
    Path root;

    private final ModelInstances instances = new ModelInstances();
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final List<List<Endpoint>> routed = new ArrayList<>();
    private final AsRouted routes = new AsRouted();
    private final Events events = new Events();
    private boolean diskFull;
    private Cancellation cancellation = new Cancellation();
    private Apps apps;
    private Releases releases;
    private DeployStage stage;
    private Operator operator;

    @BeforeEach
    void start() throws IOException {
        AgentSettings settings = AgentSettings.load(Map.of("TINYSERV_ROOT", root.toString()));
        Files.createDirectories(settings.layout().apps());
        Files.createDirectories(settings.layout().releases());
        JsonStore store = new JsonStore();
        apps = new Apps(settings.layout(), store);
        releases = new Releases(settings.layout(), store, Clock.systemUTC());
        BuildPipeline pipeline = new BuildPipeline(
                settings.build(),
                new Buildpacks(List.of(new ProcfileBuildpack())),
                events,
                Clock.systemUTC(),
                Map.of("PATH", "/usr/bin:/bin"));
        stage = new DeployStage(settings.deploy(), apps, releases, pipeline, instances, routes, events, Runnable::run);
        operator = stage.operator();
        apps.put(new AppState(APP, 5000, true, Instant.EPOCH, "ada"));
        releases.createInitial(apps.get(APP), "ada");
        push("web: serve\nworker: work\npoller: poll");
    }

    private void push(String procfile) {
        push(new MapSource().with("Procfile", procfile));
    }

    private void push(MapSource source) {
        push(APP, source);
    }

    private void push(AppName app, MapSource source) {
        Origin origin = new Origin(ADA, "localhost", lines::add, cancellation);
        stage.deployer()
                .submit(new Submission(app, origin, "1a2b3c4", source, (earlier, paths) -> false, new FreeTip()));
    }

    private void scale(String... changes) {
        operator.scale(APP, ADA, List.of(changes).stream().map(ScaleChange::of).toList(), lines::add, cancellation);
    }

    private void set(String type, TypeSettings settings) {
        operator.change(APP, ADA, new ProcessType(type), former -> settings, cancellation);
    }

    /** A change of the configuration, which makes a release and builds nothing. */
    private void release() {
        stage.deployer().configure(APP, ADA, "Set A", env -> env.with(Map.of("A", "1")), lines::add, cancellation);
    }

    private List<String> running() {
        return instances.there.stream()
                .map(ModelInstances.Running::toString)
                .sorted()
                .toList();
    }

    private int live() {
        return releases.current(APP).version();
    }

    @Test
    void byDefaultAllNewOnesStartBesideTheOldOnes() {
        scale("web=3", "worker=2");
        instances.forgetCounts();

        release();

        assertThat(running()).containsExactly("web.1 v3", "web.2 v3", "web.3 v3", "worker.1 v3", "worker.2 v3");
        assertThat(instances.least("web")).isEqualTo(3);
        assertThat(instances.most("web")).isEqualTo(6);
        assertThat(instances.happened).noneMatch(what -> what.startsWith("rolled"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 9})
    void withASurgeNeverFewerThanBeforeAreReadyAndNeverMoreThanItAreAdded(int surge) {
        scale("web=5");
        set("web", TypeSettings.DEFAULT.withSurge(surge));
        instances.forgetCounts();

        release();

        assertThat(running()).containsExactly("web.1 v3", "web.2 v3", "web.3 v3", "web.4 v3", "web.5 v3");
        assertThat(instances.least("web")).isEqualTo(5);
        assertThat(instances.most("web")).isEqualTo(5 + Math.min(surge, 5));
        assertThat(instances.tentative).isEmpty();
        assertThat(routed.get(routed.size() - 1)).isEqualTo(instances.endpoints(APP));
    }

    @ParameterizedTest
    @ValueSource(strings = {"web.1", "web.2", "web.3", "web.5"})
    void aCandidateThatFailsBringsBackTheOldOnesOfEveryGroup(String bad) {
        scale("web=5");
        set("web", TypeSettings.DEFAULT.withSurge(2));
        instances.forgetCounts();
        instances.fails = (name, version) -> version == 3 && name.toString().equals(bad);

        assertThatThrownBy(this::release).isInstanceOf(Refusal.class).hasMessage(bad + " v3 does not start");

        assertThat(running()).containsExactly("web.1 v2", "web.2 v2", "web.3 v2", "web.4 v2", "web.5 v2");
        assertThat(instances.least("web")).isEqualTo(5);
        assertThat(instances.most("web")).isEqualTo(7);
        assertThat(live()).isEqualTo(2);
        assertThat(instances.tentative).isEmpty();
        assertThat(routed.get(routed.size() - 1)).isEqualTo(instances.endpoints(APP));
        if (!bad.equals("web.1") && !bad.equals("web.2")) {
            assertThat(lines).anyMatch(line -> line.contains("Bringing back v2"));
        }
    }

    @Test
    void aCancelledChangeAndADiskThatRefusesTheCommitBringThemBackToo() {
        scale("web=3");
        set("web", TypeSettings.DEFAULT.withSurge(1));
        instances.forgetCounts();
        cancellation = new Cancellation();
        int[] starts = {0};
        instances.afterStart = () -> {
            if (++starts[0] == 2) {
                cancellation.cancel("Ctrl-C");
            }
        };

        assertThatThrownBy(this::release).isInstanceOf(Refusal.class).hasMessageContaining("Ctrl-C");

        assertThat(running()).containsExactly("web.1 v2", "web.2 v2", "web.3 v2");
        assertThat(instances.least("web")).isEqualTo(3);
        assertThat(instances.most("web")).isEqualTo(4);

        cancellation = new Cancellation();
        instances.afterStart = () -> {};
        diskFull = true;
        try {
            assertThatThrownBy(() -> push("web: serve")).hasMessage("the disk is full");
        } finally {
            diskFull = false;
        }
        assertThat(running()).containsExactly("web.1 v2", "web.2 v2", "web.3 v2");
        assertThat(instances.least("web")).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"web.2 v3", "web.3 v3", "poller.1 v3"})
    void oneThatFallsWhileOthersAreStartedBringsThemBack(String meanwhile) {
        scale("web=3", "poller=1");
        set("web", TypeSettings.DEFAULT.withSurge(1));
        set("poller", TypeSettings.DEFAULT.withExclusive(true));
        instances.afterStart = () ->
                instances.there.removeIf(each -> each.toString().equals("web.1 v3")
                        && running().contains(meanwhile)
                        && instances.tentative.contains(each));

        assertThatThrownBy(this::release)
                .hasMessageStartingWith("web.1 of v3 ended while others were started; `tinyserv logs -a myapp`");

        assertThat(running()).containsExactly("poller.1 v2", "web.1 v2", "web.2 v2", "web.3 v2");
        assertThat(live()).isEqualTo(2);
    }

    @Test
    void aRouterThatIsAwayKeepsTheOldOnes() {
        scale("web=3");
        set("web", TypeSettings.DEFAULT.withSurge(1));
        routes.away = true;

        assertThatThrownBy(this::release).hasMessage("the router does not answer");

        routes.away = false;
        assertThat(running()).contains("web.1 v2", "web.2 v2", "web.3 v2");
        assertThat(live()).isEqualTo(2);
        assertThat(instances.current.values()).allMatch(each -> each.version() == 2);
    }

    @Test
    void anExclusiveTypeNeverRunsTwice() {
        scale("poller=1", "web=2");
        set("poller", TypeSettings.DEFAULT.withExclusive(true));
        instances.forgetCounts();

        release();

        assertThat(instances.most("poller")).isEqualTo(1);
        assertThat(instances.least("web")).isEqualTo(2);
        assertThat(running()).containsExactly("poller.1 v3", "web.1 v3", "web.2 v3");
        assertThat(instances.happened)
                .as("it is away as short as can be")
                .containsSubsequence("started web.2 v3", "ended [poller.1 v2]", "started poller.1 v3");

        instances.forgetCounts();
        instances.fails = (name, version) -> version == 4 && name.type().equals(new ProcessType("poller"));
        assertThatThrownBy(this::release).hasMessage("poller.1 v4 does not start");

        assertThat(instances.most("poller")).isEqualTo(1);
        assertThat(running()).containsExactly("poller.1 v3", "web.1 v3", "web.2 v3");
        assertThat(live()).isEqualTo(3);
    }

    @Test
    void anExclusiveTypeHasOneProcessAtMost() {
        set("poller", TypeSettings.DEFAULT.withExclusive(true));
        assertThatThrownBy(() -> scale("poller=2")).hasMessageContaining("poller of myapp is exclusive");
        scale("worker=2");
        assertThatThrownBy(() -> set("worker", TypeSettings.DEFAULT.withExclusive(true)))
                .hasMessageContaining("worker of myapp is exclusive, so 1 process of it runs at most, and not 2");
        assertThat(apps.get(APP).settings(new ProcessType("worker")).exclusive())
                .isFalse();
    }

    @Test
    void anAgentThatIsKilledInTheMiddleComesBackToTheOldReleaseInGroups() {
        scale("web=4");
        set("web", TypeSettings.DEFAULT.withSurge(1));
        instances.forgetCounts();
        Desired former = Desired.of(apps.get(APP), releases.current(APP));
        int[] starts = {0};
        instances.afterStart = () -> {
            if (++starts[0] == 3) {
                throw new Kill();
            }
        };
        assertThatThrownBy(this::release).isInstanceOf(Kill.class);
        instances.afterStart = () -> {};
        instances.killAgent(Map.of());
        assertThat(running()).containsExactly("web.1 v3", "web.2 v3", "web.3 v2", "web.4 v2");

        stage.restoration().restore(APP);

        assertThat(running()).containsExactly("web.1 v2", "web.2 v2", "web.3 v2", "web.4 v2");
        assertThat(instances.least("web")).isEqualTo(4);
        assertThat(instances.most("web")).isEqualTo(5);
        assertThat(instances.down(former)).isEmpty();
    }

    @Test
    void aScaleStartsAndEndsOnlyWhatChanges() {
        scale("web=2", "worker=1");
        instances.forgetCounts();

        scale("web+1", "worker=0");

        assertThat(instances.happened).containsExactly("started web.3 v2", "ended [worker.1 v2]");
        assertThat(live()).as("no release").isEqualTo(2);
        scale("web=0");
        assertThat(running()).isEmpty();
        assertThat(routes.reason)
                .isEqualTo("web of myapp is scaled to 0; `tinyserv ps:scale web=1 -a myapp` starts one");
        scale("web=1");
        assertThat(running()).containsExactly("web.1 v2");
        assertThat(operator.formation(APP).asWords()).isEqualTo("poller=0 web=1 worker=0");
    }

    @Test
    void aScaleThatFailsOrMakesNoSenseChangesNothing() {
        instances.fails = (name, version) -> name.index() == 3;
        assertThatThrownBy(() -> scale("web=3")).hasMessage("web.3 v2 does not start");
        assertThat(running()).containsExactly("web.1 v2");
        assertThat(operator.formation(APP).count(WEB)).isEqualTo(1);

        assertThatThrownBy(() -> scale("nope=1"))
                .hasMessage("myapp v2 has no process type nope; there are poller, web, worker");
        assertThatThrownBy(() -> scale("release=1")).hasMessageContaining("it runs once for each release");
        assertThatThrownBy(() -> scale("web-2"))
                .hasMessage("web-2 would be -1, as it runs 1: 0 to 100 processes of a type can run");
        assertThatThrownBy(() -> scale("web=101")).hasMessage("web=101: 0 to 100 processes of a type can run");
        assertThatThrownBy(() -> scale("web=1", "web+1")).hasMessage("web stands there twice");
        assertThat(running()).containsExactly("web.1 v2");
    }

    @Test
    void scalesAtOnceAndDeploysBetweenThemComeOneAfterTheOther() throws Exception {
        List<Thread> threads = new ArrayList<>();
        List<Throwable> problems = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 8; i++) {
            boolean deploys = i % 4 == 3;
            Thread thread = new Thread(() -> {
                if (deploys) {
                    release();
                } else {
                    scale("web+1");
                }
            });
            thread.setUncaughtExceptionHandler((unused, problem) -> problems.add(problem));
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(problems).isEmpty();
        assertThat(running())
                .containsExactly("web.1 v4", "web.2 v4", "web.3 v4", "web.4 v4", "web.5 v4", "web.6 v4", "web.7 v4");
        assertThat(instances.retired).isEmpty();
    }

    @Test
    void aStoppedAppIsScaledWithoutAStart() {
        operator.stop(APP, ADA, lines::add, cancellation);
        scale("web=3");
        assertThat(running()).isEmpty();
        operator.start(APP, ADA, lines::add, cancellation);
        assertThat(running()).containsExactly("web.1 v2", "web.2 v2", "web.3 v2");
    }

    @Test
    void aTypeThatLeavesTheProcfileIsStoppedAndComesBackAtItsScale() {
        scale("worker=2", "web=2");

        push("web: serve");
        assertThat(running()).containsExactly("web.1 v3", "web.2 v3");

        push("web: serve\nworker: work");
        assertThat(running()).containsExactly("web.1 v4", "web.2 v4", "worker.1 v4", "worker.2 v4");
        stage.deployer().rollback(APP, ADA, 3, lines::add, cancellation);
        scale("web=1");
        stage.deployer().rollback(APP, ADA, 2, lines::add, cancellation);
        assertThat(running()).containsExactly("web.1 v6", "worker.1 v6", "worker.2 v6");
    }

    @Test
    void appJsonSaysWhatTheFirstDeployOfATypeRuns() {
        push(new MapSource()
                .with("Procfile", "web: serve\nlate: run")
                .with("app.json", "{\"formation\": {\"web\": {\"quantity\": 3}, \"late\": {\"quantity\": 2}}}"));
        assertThat(running()).as("web was known").containsExactly("late.1 v3", "late.2 v3", "web.1 v3");

        push(new MapSource()
                .with("Procfile", "web: serve\nlate: run")
                .with("app.json", "{\"formation\": {\"web\": {\"quantity\": 2, \"enforce\": true}}}"));
        assertThat(running()).containsExactly("late.1 v4", "late.2 v4", "web.1 v4", "web.2 v4");
        scale("web=1");
        stage.restoration().restore(APP);
        assertThat(running()).containsExactly("late.1 v4", "late.2 v4", "web.1 v4");
    }

    @Test
    void someProcessesAreRestartedStoppedAndStarted() {
        scale("web=2", "worker=2");
        instances.forgetCounts();

        operator.restart(APP, ADA, Optional.of(ProcessSelector.of("worker.2")), lines::add, cancellation);
        assertThat(instances.happened).containsExactly("started worker.2 v2", "ended [worker.2 v2]");
        operator.stop(APP, ADA, ProcessSelector.of("worker"), lines::add, cancellation);
        assertThat(running()).containsExactly("web.1 v2", "web.2 v2");
        release();
        assertThat(running()).as("it stays stopped").containsExactly("web.1 v3", "web.2 v3");
        operator.start(APP, ADA, ProcessSelector.of("worker.1"), lines::add, cancellation);
        assertThat(running()).containsExactly("web.1 v3", "web.2 v3", "worker.1 v3");
        assertThatThrownBy(() -> operator.restart(
                        APP, ADA, Optional.of(ProcessSelector.of("worker.2")), lines::add, cancellation))
                .hasMessage("myapp runs no worker.2; it runs web.1, web.2, worker.1");
        assertThatThrownBy(() -> operator.start(APP, ADA, ProcessSelector.of("web.3"), lines::add, cancellation))
                .hasMessageContaining("scaled to web=2, so there is no web.3 to start; `ps:scale web=3`");
        operator.start(APP, ADA, lines::add, cancellation);
        assertThat(running()).containsExactly("web.1 v3", "web.2 v3", "worker.1 v3", "worker.2 v3");
        operator.stop(APP, ADA, ProcessSelector.of("web"), lines::add, cancellation);
        assertThat(routes.reason).isEqualTo("web of myapp is stopped; `tinyserv ps:start web -a myapp` starts it");
        scale("web=1");
        assertThat(running()).containsExactly("web.1 v3", "worker.1 v3", "worker.2 v3");
    }

    @Test
    void thePushSaysThatWebIsStoppedByName() {
        operator.stop(APP, ADA, ProcessSelector.of("web"), lines::add, cancellation);
        push("web: serve\nworker: work");
        assertThat(lines)
                .last()
                .asString()
                .endsWith("Released v3: web is stopped, so http://localhost:5000 answers 503; "
                        + "`tinyserv ps:start web` starts it");
        scale("worker=1");
        push("web: serve\nworker: work");
        assertThat(lines).last().asString().contains("Launched v4: worker runs; web is stopped, so http://localhost");
        operator.stop(APP, ADA, ProcessSelector.of("worker"), lines::add, cancellation);
        push("worker: work");
        assertThat(lines)
                .last()
                .asString()
                .endsWith(
                        "Released v5: all its processes are stopped, `tinyserv ps:start` starts them; no web process");
    }

    @Test
    void anAppOfAnEarlierVersionHasItsFormationAlthoughTheAgentIsKilledBehindTheCommitPoint() {
        AppName older = new AppName("older");
        apps.put(new AppState(older, 5001, true, Instant.EPOCH, "ada"));
        releases.createInitial(apps.get(older), "ada");
        push(older, new MapSource().with("Procfile", "worker: work"));
        apps.put(apps.get(older).withScale(Scale.NONE));
        assertThat(operator.formation(older).asWords()).isEqualTo("worker=1");
        events.listen(event -> {
            if (event instanceof ReleaseEvent.Released) {
                throw new Kill();
            }
        });

        assertThatThrownBy(() -> push(older, new MapSource().with("Procfile", "web: serve\nworker: work")))
                .isInstanceOf(Kill.class);

        assertThat(releases.current(older).version()).isEqualTo(3);
        assertThat(operator.formation(older).asWords()).isEqualTo("web=1 worker=1");
    }

    private MapSource scripted(String dokku) {
        return new MapSource()
                .with("Procfile", "web: serve\nrelease: migrate")
                .with("app.json", "{\"scripts\": {\"postdeploy\": \"seed\", \"dokku\": " + dokku + "}}");
    }

    @Test
    void scriptsRunAroundADeploy() {
        instances.forgetCounts();
        push(scripted("{\"predeploy\": \"prepare\", \"postdeploy\": \"tell\"}"));

        assertThat(instances.happened)
                .as("it is not the first deploy")
                .containsSubsequence(
                        "predeploy.1: prepare", "release.1: migrate", "started web.1 v3", "postdeploy.1: tell")
                .doesNotContain("postdeploy.1: seed");

        instances.happened.clear();
        release();
        assertThat(instances.happened).contains("release.1: migrate").doesNotContain("predeploy.1: prepare");

        assertThatThrownBy(() -> push(scripted("{\"predeploy\": \"fail\"}")))
                .hasMessageContaining("predeploy.1 exited with status 3");
        assertThat(live()).isEqualTo(4);
        push(scripted("{\"postdeploy\": \"fail\"}"));
        assertThat(lines).anyMatch(line -> line.contains("postdeploy.1 exited with status 3; v6 is live and stays so"));
    }

    @Test
    void theFirstDeployHasAScriptOfItsOwn() {
        AppName other = new AppName("other");
        apps.put(new AppState(other, 5001, true, Instant.EPOCH, "ada"));
        releases.createInitial(apps.get(other), "ada");
        instances.happened.clear();

        push(other, scripted("{}"));

        assertThat(instances.happened).containsSubsequence("started web.1 v2", "postdeploy.1: seed");
        assertThat(instances.happened).filteredOn("postdeploy.1: seed"::equals).hasSize(1);
    }

    /** Nothing of the agent runs after it. */
    private static final class Kill extends Error {
        private static final long serialVersionUID = 1L;
    }

    private final class FreeTip implements Tip {
        @Override
        public String before() {
            return "0123456789012345678901234567890123456789";
        }

        @Override
        public void check() {}

        @Override
        public void keep() {
            if (diskFull) {
                throw new Refusal("the disk is full");
            }
        }

        @Override
        public void move() {}
    }

    private final class AsRouted implements Routes {
        private boolean away;
        private String reason = "";

        @Override
        public CompletableFuture<Void> followed(AppName app) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletableFuture<Void> set(
                AppName app, int port, List<Endpoint> targets, Affinity affinity, @Nullable Site site, String why) {
            if (away) {
                throw new Refusal("the router does not answer");
            }
            routed.add(targets);
            reason = why;
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public boolean claim(AppName app, int port, String why) {
            return true;
        }

        @Override
        public void remove(AppName app) {}

        /** What is drained is named by no route. */
        @Override
        public void drain(List<Endpoint> endpoints, Duration limit) {
            if (!endpoints.isEmpty()) {
                assertThat(routed.get(routed.size() - 1)).doesNotContainAnyElementsOf(endpoints);
            }
        }
    }
}
