package dev.tinyserv.agent.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinyserv.agent.AgentSettings;
import dev.tinyserv.agent.app.Account;
import dev.tinyserv.agent.app.Affinity;
import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.AppState;
import dev.tinyserv.agent.app.Endpoint;
import dev.tinyserv.agent.app.Formation;
import dev.tinyserv.agent.app.ProcessName;
import dev.tinyserv.agent.app.ProcessType;
import dev.tinyserv.agent.build.BuildPipeline;
import dev.tinyserv.agent.build.MapSource;
import dev.tinyserv.agent.event.Events;
import dev.tinyserv.agent.event.LogContext;
import dev.tinyserv.agent.git.Repositories;
import dev.tinyserv.agent.release.Release;
import dev.tinyserv.agent.release.Releases;
import dev.tinyserv.agent.store.Apps;
import dev.tinyserv.agent.store.JsonStore;
import dev.tinyserv.agent.submit.Comparison;
import dev.tinyserv.agent.submit.Origin;
import dev.tinyserv.agent.submit.Submission;
import dev.tinyserv.agent.submit.Tip;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.buildpack.Buildpacks;
import dev.tinyserv.buildpacks.buildpack.Site;
import dev.tinyserv.buildpacks.buildpack.procfile.ProcfileBuildpack;
import dev.tinyserv.buildpacks.process.Cancellation;
import dev.tinyserv.buildpacks.process.Signal;
import dev.tinyserv.buildpacks.process.Transcript;
import dev.tinyserv.buildpacks.source.FileTree;
import dev.tinyserv.fixtures.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.MDC;

@Timeout(30)
class DeployerTest {
    private static final AppName APP = new AppName("myapp");
    private static final String COMMIT = "1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d";

    @TempDir
    Path root;

    private final List<String> happened = new CopyOnWriteArrayList<>();
    private final List<Desired> prepared = new CopyOnWriteArrayList<>();
    private final List<String> loggedFor = new CopyOnWriteArrayList<>();
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final RecordedTip tip = new RecordedTip();
    private final RecordedRoutes routes = new RecordedRoutes();
    private final Cancellation cancellation = new Cancellation();
    private final Events events = new Events();
    private AgentSettings settings;
    private Apps apps;
    private Releases releases;
    private final RecordedInstances instances = new RecordedInstances();
    private DeployStage stage;
    private Deployer deployer;

    @BeforeEach
    void start() throws IOException {
        settings = AgentSettings.load(Map.of("TINYSERV_ROOT", root.toString(), "TINYSERV_KEEP_SLUGS", "2"));
        Files.createDirectories(settings.layout().apps());
        Files.createDirectories(settings.layout().releases());
        JsonStore store = new JsonStore();
        apps = new Apps(settings.layout(), store);
        releases = new Releases(settings.layout(), store, Clock.systemUTC());
        stage = anotherStage();
        deployer = stage.deployer();
        AppState app = new AppState(APP, 5000, true, Instant.EPOCH, "ada");
        apps.put(app);
        releases.createInitial(app, "ada");
        events.listen(event -> happened.add(event.part() + ": " + event.text()));
    }

    /** A stage as an agent has it that has just started: it knows no build of its own. */
    private DeployStage anotherStage() {
        BuildPipeline pipeline = new BuildPipeline(
                settings.build(),
                new Buildpacks(List.of(new ProcfileBuildpack())),
                events,
                Clock.systemUTC(),
                Map.of("PATH", "/usr/bin:/bin"));
        return new DeployStage(
                settings.deploy(), apps, releases, pipeline, instances, routes, events, DeployerTest::inAnotherThread);
    }

    private static void inAnotherThread(Runnable work) {
        CompletableFuture.runAsync(work).join();
    }

    private void submit(MapSource source) {
        deployer.submit(submission(source));
    }

    private Submission submission(MapSource source) {
        return submission(source, (earlier, paths) -> false);
    }

    private Submission submission(MapSource source, Comparison comparison) {
        Origin origin = new Origin(Account.admin("ada"), "localhost", lines::add, cancellation);
        return new Submission(APP, origin, COMMIT, source, comparison, tip);
    }

    private static MapSource web() {
        return new MapSource().with("Procfile", "web: sleep 60");
    }

    @Test
    void goesFromTheBuildToTheEndOfTheFormerInstancesInOneOrder() {
        submit(web());

        assertThat(happened)
                .filteredOn(what -> !what.startsWith("build:"))
                .containsExactly(
                        "tip checked",
                        "tip checked",
                        "tip checked",
                        "booted v2",
                        "files kept",
                        "deploy: v2 is live: Deploy 1a2b3c4 by ada",
                        "tip moved",
                        "promoted",
                        "routed",
                        "ended");
        assertThat(lines).last().asString().contains("Launched v2 · http://localhost:5000");
    }

    @Test
    void theThreadsThatRouteAndEndInstancesKnowTheAppAndItsReleaseInTheLog() {
        LogContext.app(APP);
        try {
            submit(web());
        } finally {
            LogContext.clear();
        }

        assertThat(loggedFor).containsExactly("myapp v2", "myapp v2");
    }

    @Test
    void whatIsStartedIsWhatTheAppsFormationSays() {
        apps.put(apps.get(APP).withFormation(new Formation(new TreeMap<>(Map.of(ProcessType.WEB, 2)))));

        submit(web());

        assertThat(prepared).hasSize(1);
        assertThat(prepared.get(0).processes()).containsExactly(ProcessName.of("web.1"), ProcessName.of("web.2"));
    }

    private void formation(Map<String, Integer> counts) {
        TreeMap<ProcessType, Integer> types = new TreeMap<>();
        counts.forEach((type, count) -> types.put(new ProcessType(type), count));
        apps.put(apps.get(APP).withFormation(new Formation(types)));
    }

    @Test
    void aRollbackWithoutItsBuildNamesTheBranchThatDeploys() throws IOException {
        submit(web());
        submit(web());
        Repositories repositories = new Repositories(settings.git(), app -> Optional.empty());
        repositories.create(APP);
        Files.writeString(settings.layout().repository(APP).resolve("HEAD"), "ref: refs/heads/master\n");
        FileTree.delete(settings.layout()
                .slug(APP, Objects.requireNonNull(releases.get(APP, 2).slug()).id()));

        assertThatThrownBy(() -> deployer.rollback(APP, Account.admin("ada"), 2, lines::add, cancellation))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("git push -f tinyserv " + COMMIT + ":master");
    }

    @Test
    void aDryRunTellsHowManyProcessesOfEachTypeWouldRun() {
        MapSource source =
                new MapSource().with("Procfile", "web: sleep 60\nworker: sleep 61\nclock: sleep 62\nrelease: true");

        assertThat(deployer.dryRun(submission(source))).isTrue();
        assertThat(lines)
                .contains(
                        "       address   http://localhost:5000",
                        "       leaves    clock: sleep 62 (scaled to 0; ps:scale clock=1 starts one)",
                        "       runs      release: true",
                        "       runs      web: sleep 60",
                        "       leaves    worker: sleep 61 (scaled to 0; ps:scale worker=1 starts one)");

        lines.clear();
        formation(Map.of("web", 2, "worker", 1));
        assertThat(deployer.dryRun(submission(source))).isTrue();
        assertThat(lines)
                .contains(
                        "       address   http://localhost:5000",
                        "       leaves    clock: sleep 62 (scaled to 0; ps:scale clock=1 starts one)",
                        "       runs      release: true",
                        "       runs      web: sleep 60 (2 processes)",
                        "       runs      worker: sleep 61");
    }

    @Test
    void workersOfSeveralTypesThatAFormationNamesRunWithoutAWebProcess() {
        MapSource source = new MapSource().with("Procfile", "worker: sleep 61\nclock: sleep 62");
        submit(source);
        assertThat(lines)
                .last()
                .asString()
                .endsWith(
                        "Released v2: nothing runs yet, `tinyserv ps:scale clock=1 worker=1` starts it; no web process");

        formation(Map.of("worker", 2, "clock", 1));
        lines.clear();
        assertThat(deployer.dryRun(submission(source))).isTrue();
        assertThat(lines)
                .contains(
                        "       address   none: there is no web process",
                        "       runs      worker: sleep 61 (2 processes)");
        submit(source);

        assertThat(lines).last().asString().endsWith("Launched v3: clock, worker run; no web process");
    }

    @Test
    void aSubmissionThatSomebodyOvertookIsNotEvenBuilt() {
        tip.stale = true;

        assertThatThrownBy(() -> submit(web())).isInstanceOf(Refusal.class).hasMessage("stale");

        assertThat(happened).containsExactly("tip checked");
        assertThat(releases.current(APP).version()).isEqualTo(1);
    }

    @Test
    void aTipThatCannotBeMovedAfterTheCommitPointIsToldAndTheReleaseCounts() {
        tip.stuck = true;

        submit(web());

        assertThat(lines)
                .anyMatch(line -> line.contains("the tip is stuck"))
                .anyMatch(line -> line.contains("the release is live and stays so"));
        assertThat(happened).endsWith("promoted", "routed", "ended");
        assertThat(releases.current(APP).version()).isEqualTo(2);
    }

    @Test
    void aRouterThatIsAwayAfterTheCommitPointIsToldAndTheReleaseCounts() {
        routes.away = true;

        submit(web());

        assertThat(lines)
                .anyMatch(line -> line.contains("the router does not answer"))
                .anyMatch(line -> line.contains("goes on being served until"))
                .noneMatch(line -> line.contains("nobody reaches it there"));
        assertThat(happened).endsWith("promoted", "route: the router does not answer");
        assertThat(releases.current(APP).version()).isEqualTo(2);

        routes.away = false; // a route that could not even be told is looked at again
        Eventually.until("the former instance is ended", () -> happened.contains("ended"));
        assertThat(happened).endsWith("promoted", "route: the router does not answer", "routed", "ended");
    }

    @Test
    void aPortThatTheRouterCannotHaveIsToldAsThat() {
        routes.kept = new PortNotServed("the router cannot listen on port 5000");

        submit(web());

        assertThat(lines).last().asString().contains("does not have port 5000: nobody reaches it there until");
    }

    @Test
    void formerInstancesGoOnUntilTheRouterHasFollowedHoweverLongThatTakes() {
        routes.kept = new Refusal("cannot write run/routes/myapp.json");
        routes.followed = new CompletableFuture<>();

        submit(web());
        submit(web());

        assertThat(lines).anyMatch(line -> line.contains("cannot write run/routes/myapp.json"));
        assertThat(happened).contains("promoted").doesNotContain("ended");
        routes.followed.complete(null);
        assertThat(happened).endsWith("ended", "ended").containsOnlyOnce("booted v3");
    }

    @Test
    void whatAnEarlierAgentReplacedIsEndedOnceTheRouterHasFollowedThisOne() {
        instances.retired = List.of(RecordedInstances.member("left", 20002));
        routes.followed = new CompletableFuture<>();

        stage.restoration().restore(APP);

        assertThat(happened).doesNotContain("ended");
        routes.followed.complete(null);
        assertThat(happened).endsWith("ended");
    }

    private Operator.Changed change(UnaryOperator<AppState> change) {
        return stage.operator().change(APP, Account.admin("ada"), "a change", change, cancellation);
    }

    @Test
    void anotherAffinityIsRoutedAtOnceAndOtherSettingsAreNot() {
        Operator.Changed changed = change(state -> state.withAffinity(Affinity.COOKIE));

        assertThat(changed.state().affinity()).isEqualTo(Affinity.COOKIE);
        assertThat(changed.untold()).isEmpty();
        assertThat(happened).containsExactly("app: affinity set to cookie by ada", "routed");
        assertThat(routes.affinity).isEqualTo(Affinity.COOKIE);

        happened.clear();
        change(state -> state.withAffinity(Affinity.COOKIE).withBuild(build -> build.withRoot("web")));
        assertThat(happened).singleElement().asString().startsWith("app: set by ada for the next build");
        assertThat(apps.get(APP).affinity()).isEqualTo(Affinity.COOKIE);
    }

    @Test
    void anAffinityThatTheRouterDoesNotGetNowIsKept() {
        routes.away = true;

        Operator.Changed changed = change(state -> state.withAffinity(Affinity.COOKIE));

        assertThat(changed.untold())
                .hasValueSatisfying(why -> assertThat(why).hasMessage("the router does not answer"));
        assertThat(apps.get(APP).affinity()).isEqualTo(Affinity.COOKIE);
        assertThat(happened).last().asString().contains("the router does not answer");
    }

    @Test
    void filesThatTheDiskDoesNotTakeMakeItFailBeforeTheCommitPoint() {
        tip.full = true;

        assertThatThrownBy(() -> submit(web())).isInstanceOf(Refusal.class).hasMessage("the disk is full");

        assertThat(happened).endsWith("ended", "deploy: v2 failed: the disk is full");
        assertThat(releases.current(APP).version()).isEqualTo(1);
        assertThat(releases.get(APP, 2).status()).isEqualTo(Release.Status.FAILED);
        assertThat(root.resolve("builds/myapp")).isEmptyDirectory();
    }

    @Test
    void oneThatChangesNothingThatIsWatchedMovesItsTipOnly() {
        submit(web());
        apps.put(apps.get(APP).withBuild(build -> build.withWatch(List.of("shop"))));
        happened.clear();

        submit(web());

        assertThat(happened).containsExactly("tip checked", "tip checked", "files kept", "tip moved");
        assertThat(lines).last().asString().contains("No release: nothing changed since v2 in shop");
        assertThat(releases.current(APP).version()).isEqualTo(2);
    }

    @Test
    void oneThatAChangeMeanwhileMakesCountIsReleased() {
        submit(web());
        apps.put(apps.get(APP).withBuild(build -> build.withWatch(List.of("shop"))));
        Comparison meanwhile = (earlier, paths) -> {
            boolean first = paths.equals(List.of("shop"));
            if (first) {
                apps.put(apps.get(APP).withBuild(build -> build.withWatch(List.of("blog"))));
            }
            return !first;
        };

        deployer.submit(submission(web(), meanwhile));

        assertThat(releases.current(APP).version()).isEqualTo(3);
        assertThat(lines).noneMatch(line -> line.contains("No release"));
    }

    @Test
    void oneThatSomebodyOvertookWhileItWaitedIsNotBuilt() {
        tip.staleAfter = 1;

        assertThatThrownBy(() -> submit(web())).isInstanceOf(Refusal.class).hasMessage("stale");

        assertThat(happened).noneMatch(what -> what.contains("started"));
    }

    @Test
    void whatFailsAfterTheCommitPointOfAChangeOfTheConfigurationIsToldAndTheReleaseCounts() {
        submit(web());
        instances.broken = true;

        Deployment configured = deployer.configure(
                APP, Account.admin("ada"), "Set A", env -> env.with(Map.of("A", "1")), lines::add, cancellation);

        assertThat(configured.release().version()).isEqualTo(3);
        assertThat(lines).last().asString().contains("the release counts, but what follows failed");
        lines.clear();
        Deployment back = deployer.rollback(APP, Account.admin("ada"), 2, lines::add, cancellation);
        assertThat(back.release().version()).isEqualTo(4);
        assertThat(lines).last().asString().contains("the release counts, but what follows failed");
    }

    private Path slugOf(int version) {
        return settings.layout()
                .slug(
                        APP,
                        Objects.requireNonNull(releases.get(APP, version).slug())
                                .id());
    }

    /** Its build is all that its rollback needs once the file is restored. Two builds are kept here. */
    @Test
    void theBuildOfAReleaseThatCannotBeReadStaysUntilItWouldNotBeKeptAnyway() throws IOException {
        submit(web());
        submit(web());
        Path second = slugOf(2);
        Path file = settings.layout().release(APP, 2);
        Path intact = Files.move(file, root.resolve("intact.json"));
        for (Damage damage : List.<Damage>of(
                () -> Files.createSymbolicLink(file, file), // nobody, not even root, can read it
                () -> Files.writeString(file, "{"),
                () -> {})) {
            damage.run();
            anotherStage().operator().sweep(APP);
            assertThat(second).isDirectory();
            Files.deleteIfExists(file);
        }
        Files.move(intact, file);
        anotherStage().operator().sweep(APP);
        assertThat(second).as("one of the two that are kept").isDirectory();

        Files.writeString(file, "{");
        submit(web());
        anotherStage().operator().sweep(APP);
        assertThat(second).as("older than the two that are kept").doesNotExist();
        assertThat(slugOf(3)).isDirectory();
        assertThat(slugOf(4)).isDirectory();
    }

    private interface Damage {
        void run() throws IOException;
    }

    private Lifecycle lifecycle() {
        return stage.lifecycle(new Repositories(settings.git(), app -> Optional.empty()), Clock.systemUTC());
    }

    @Test
    void anAppWhoseDestructionIsRefusedGoesOnAndIsRoutedAgain() {
        routes.stuck = true;

        assertThatThrownBy(() -> lifecycle().destroy(APP, Account.admin("ada"), false, lines::add, cancellation))
                .isInstanceOf(Refusal.class)
                .hasMessage("the router does not answer");

        assertThat(happened).containsExactly("routed");
        assertThat(apps.get(APP).up()).isTrue();
    }

    @Test
    void anAppWhoseFileCannotBeDeletedIsStartedAndRoutedAgain() throws IOException {
        submit(web());
        happened.clear();
        assertThatItIsStartedAgainWhenItsFileCannotBeDeleted();
        assertThat(apps.get(APP).up()).isTrue();
    }

    private void assertThatItIsStartedAgainWhenItsFileCannotBeDeleted() throws IOException {
        Path file = settings.layout().app(APP);
        Files.delete(file);
        Files.createDirectories(file.resolve("in the way"));

        assertThatThrownBy(() -> lifecycle().destroy(APP, Account.admin("ada"), false, lines::add, cancellation))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("cannot delete " + file);

        assertThat(happened).containsExactly("route removed", "stopped", "ensured", "routed");
    }

    @Test
    void anAppInAPauseAfterACrashIsStartedAgainToo() throws IOException {
        submit(web());
        happened.clear();
        instances.running = false;
        assertThatItIsStartedAgainWhenItsFileCannotBeDeleted();
    }

    @Test
    void anAppThatIsStoppedCountsAsThatAlsoIfTheRouterIsAway() {
        submit(web());
        happened.clear();
        lines.clear();
        routes.away = true;

        stage.operator().stop(APP, Account.admin("ada"), lines::add, cancellation);

        assertThat(apps.get(APP).up()).isFalse();
        assertThat(happened).contains("stopped");
        assertThat(lines)
                .anyMatch(line -> line.contains("the router does not answer"))
                .anyMatch(line -> line.contains("myapp is stopped all the same; the router learns of it later"));
    }

    @Test
    void anErrorOfTheRoutesAfterTheCommitPointIsToldAndWhatWasReplacedIsEnded() {
        submit(web());
        happened.clear();
        lines.clear();
        routes.failing = true;

        Release restarted =
                stage.operator().restart(APP, Account.admin("ada"), Optional.empty(), lines::add, cancellation);
        AppState made = lifecycle().create(new AppName("shop"), Account.admin("ada"), lines::add, cancellation);
        stage.operator().stop(APP, Account.admin("ada"), lines::add, cancellation);

        assertThat(restarted.version()).isEqualTo(2);
        assertThat(apps.find(made.app())).isPresent();
        assertThat(lines)
                .anyMatch(line -> line.contains("the route of myapp cannot be updated; see the agent's log"))
                .anyMatch(line -> line.contains("the route of shop cannot be updated; see the agent's log"));
        routes.failing = false;
        Eventually.until("the former instance is ended", () -> happened.contains("ended"));
    }

    @Test
    void anAppThatIsMadeCountsAlsoIfTheRouterIsAwayByThen() {
        routes.away = true;

        AppState made = lifecycle().create(new AppName("shop"), Account.admin("ada"), lines::add, cancellation);

        assertThat(apps.get(made.app())).isEqualTo(made);
        assertThat(happened).anyMatch(what -> what.contains("created"));
        assertThat(lines).anyMatch(line -> line.contains("the router does not answer"));
    }

    @Test
    void thenATipThatCannotBeMovedIsARefusal() {
        submit(web());
        apps.put(apps.get(APP).withBuild(build -> build.withWatch(List.of("shop"))));
        tip.stuck = true;

        assertThatThrownBy(() -> submit(web())).isInstanceOf(Refusal.class).hasMessage("the tip is stuck");
    }

    private final class RecordedTip implements Tip {
        private boolean stale;
        private int staleAfter = Integer.MAX_VALUE;
        private int checks;
        private boolean stuck;
        private boolean full;

        @Override
        public String before() {
            return "0123456789012345678901234567890123456789";
        }

        @Override
        public void check() {
            happened.add("tip checked");
            refuseIf(stale || ++checks > staleAfter, "stale");
        }

        @Override
        public void keep() {
            refuseIf(full, "the disk is full");
            happened.add("files kept");
        }

        @Override
        public void move() {
            refuseIf(stuck, "the tip is stuck");
            happened.add("tip moved");
        }
    }

    private static void refuseIf(boolean wanted, String why) {
        if (wanted) {
            throw new Refusal(why);
        }
    }

    private final class RecordedInstances implements Instances {
        private List<Batch.Member> retired = List.of();
        private boolean broken;
        private boolean running = true;

        private static Batch.Member member(String id, int port) {
            Endpoint endpoint = new Endpoint("127.0.0.1", port);
            return new Batch.Member(new ProcessName(ProcessType.WEB, 1), id, Optional.of(endpoint));
        }

        @Override
        public Batch prepare(
                Desired desired, Collection<ProcessName> which, Transcript transcript, Cancellation cancelled) {
            happened.add("booted " + desired.release().name());
            prepared.add(desired);
            return new Batch(desired, List.of(member("new", 20001)), List.of(), List.of(member("former", 20000)));
        }

        @Override
        public List<ProcessName> missing(Desired desired) {
            return List.of();
        }

        @Override
        public List<ProcessName> down(Desired desired) {
            return List.of();
        }

        @Override
        public List<Batch.Member> roll(Batch batch) {
            throw new UnsupportedOperationException("no surge is set");
        }

        @Override
        public List<ProcessName> fallen(Collection<Batch.Member> members) {
            return List.of();
        }

        @Override
        public List<Batch.Member> vacate(AppName app, Collection<ProcessName> which) {
            throw new UnsupportedOperationException("nothing is exclusive");
        }

        @Override
        public List<ProcessName> rolling(Desired desired) {
            return List.of();
        }

        @Override
        public List<ProcessName> signal(AppName app, Collection<ProcessName> which, Signal signal) {
            return List.of();
        }

        @Override
        public List<Batch.Member> promote(Batch batch) {
            refuseIf(broken, "the disk is full");
            happened.add("promoted");
            return batch.surplus();
        }

        @Override
        public void end(Collection<Batch.Member> members, String why) {
            loggedFor.add(MDC.get("app") + " " + MDC.get("release"));
            happened.add("ended");
        }

        @Override
        public void stop(AppName app, String why) {
            happened.add("stopped");
        }

        @Override
        public List<Batch.Member> retired(AppName app) {
            return retired;
        }

        @Override
        public void ensure(Desired desired, Collection<ProcessName> which) {
            happened.add("ensured");
        }

        @Override
        public OneOff.Outcome run(OneOff once, Cancellation cancelled) {
            throw new UnsupportedOperationException(once.command());
        }

        @Override
        public List<ProcessStatus> statuses(AppName app) {
            return List.of();
        }

        @Override
        public boolean isRunning(AppName app) {
            return running;
        }

        @Override
        public boolean hasCrashed(AppName app) {
            return false;
        }

        @Override
        public List<Endpoint> endpoints(AppName app) {
            return List.of();
        }
    }

    private final class RecordedRoutes implements Routes {
        private boolean away;
        private boolean stuck;
        private boolean failing;
        private Affinity affinity = Affinity.NONE;
        private @Nullable Refusal kept;
        private CompletableFuture<Void> followed = CompletableFuture.completedFuture(null);

        @Override
        public CompletableFuture<Void> followed(AppName app) {
            return followed;
        }

        @Override
        public CompletableFuture<Void> set(
                AppName app, int port, List<Endpoint> targets, Affinity wanted, @Nullable Site site, String reason) {
            affinity = wanted;
            loggedFor.add(MDC.get("app") + " " + MDC.get("release"));
            refuseIf(away, "the router does not answer");
            if (failing) {
                throw new IllegalStateException("a fault of ours");
            }
            happened.add("routed");
            return kept == null ? CompletableFuture.completedFuture(null) : CompletableFuture.failedFuture(kept);
        }

        @Override
        public boolean claim(AppName app, int port, String reason) {
            return true;
        }

        @Override
        public void remove(AppName app) {
            refuseIf(stuck, "the router does not answer");
            happened.add("route removed");
        }

        @Override
        public void drain(List<Endpoint> endpoints, Duration limit) {}
    }
}
