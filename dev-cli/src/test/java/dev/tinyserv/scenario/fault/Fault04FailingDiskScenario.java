package dev.tinyserv.scenario.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Eventually;
import dev.tinyserv.fixtures.Http;
import dev.tinyserv.fixtures.Load;
import dev.tinyserv.fixtures.Result;
import dev.tinyserv.fixtures.Sandbox;
import dev.tinyserv.fixtures.Server;
import dev.tinyserv.fixtures.fault.Campaign;
import dev.tinyserv.fixtures.fault.DiskTrap;
import dev.tinyserv.fixtures.fault.FaultRun;
import dev.tinyserv.fixtures.fault.KeptAgent;
import dev.tinyserv.fixtures.fault.Requirements;
import dev.tinyserv.scenario.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Row 4. One call of a deploy fails as on a broken or a full disk. */
class Fault04FailingDiskScenario {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int RATE = 200;
    private static final int BRIEFLY = 12;
    private static final Set<DiskTrap.Fault> FAULTS = Set.of(DiskTrap.Fault.EIO, DiskTrap.Fault.ENOSPC);

    @Test
    void aDeployFailsNamingThePathAndTheNextOneWorksWithoutARestart() {
        String unmet = Requirements.unmet(DiskTrap.NEEDS);
        assumeTrue(unmet.isEmpty(), unmet);
        Sandbox sandbox = Sandbox.create();
        DiskTrap trap = DiskTrap.in(sandbox);
        Map<String, String> environment = new HashMap<>(trap.environment());
        environment.put("TINYSERV_KEEP_SLUGS", "1"); // so that each deploy deletes a slug
        FaultRun run = FaultRun.of(4, "EIO or ENOSPC at a call that changes the disk");
        List<String> problems = new ArrayList<>();
        int refused = 0;
        try (Stage stage = Stage.start(new Server(sandbox, environment))) {
            Witness witness = Witness.of(stage.probe(), stage.server().root());
            List<DiskTrap.Call> points = Points.of(trap, witness, Campaign.count(BRIEFLY, Integer.MAX_VALUE));
            long agent = KeptAgent.of(stage.server()).pid();
            try (Load load = Load.on(witness.port(), RATE)) {
                for (DiskTrap.Call point : points) {
                    for (DiskTrap.Fault fault : faultsAt(point)) {
                        try {
                            refused += new Failing(trap, witness, fault).at(point) ? 1 : 0;
                        } catch (AssertionError e) {
                            problems.add(fault + " at " + point + ": " + e.getMessage());
                        }
                        run.injected();
                    }
                }
                run.kept(load.stop().mustBeFlawless(points.size()));
            }
            assertThat(KeptAgent.of(stage.server()).pid()).as("the agent").isEqualTo(agent);
            assertThat(problems).isEmpty();
            run.note(refused + " pushes refused, " + (run.count() - refused) + " live");
            run.finish(points.size(), points.size() * RATE / 10);
        }
    }

    /** The file of the app's route is refused for a whole deploy, as on a disk that is full for that long. */
    @Test
    void aDiskThatRefusesARouteKeepsTheOldReleaseAnsweringUntilItIsWritten() throws IOException {
        try (Stage stage = Stage.start()) {
            Witness witness = Witness.of(stage.probe(), stage.server().root());
            Path route =
                    stage.server().root().resolve("run/routes/" + witness.app().name() + ".json");
            Path aside = stage.server().root().resolve("aside");
            String old = witness.page();
            try (Load load = Load.on(witness.port(), RATE)) {
                Files.move(route, aside);
                Files.createDirectories(route.resolve("in the way"));

                Result push = witness.app().commit("Not routed").push().mustSucceed();
                Result restart = witness.app().verb("ps:restart").mustSucceed();

                assertThat(push.err()).contains("cannot write " + route);
                assertThat(restart.err()).contains("cannot write " + route);
                int then = load.answeredWith(old);
                Eventually.until("the old release goes on", LIMIT, () -> load.answeredWith(old) > then + 10 * RATE);
                assertThat(witness.instances()).isEqualTo(3);

                Files.delete(route.resolve("in the way"));
                Files.delete(route);
                Files.move(aside, route);
                witness.requireAgreement("after the route was written");
                load.stop().mustBeFlawless(10 * RATE);
            }
        }
    }

    /** A disk that is truly full. Needs root, to mount a small one. */
    @Test
    void aBuildThatFillsTheDiskFailsNamingThePathAndTheNextOneWorksWithoutARestart() throws IOException {
        Sandbox sandbox = Sandbox.create();
        String problem = sandbox.mountSmallDisk(sandbox.root().resolve("builds"), "1m");
        if (!problem.isEmpty()) {
            sandbox.close();
        }
        assumeTrue(problem.isEmpty(), () -> "no small disk can be mounted here: " + problem);
        try (Stage stage = Stage.start(new Server(sandbox, Map.of()))) {
            App app = stage.probe();
            String before = app.head();
            app.write("big", "x".repeat(3 << 20)).commit("Too big for the disk");

            Result push = app.push().mustFail();

            assertThat(push.err())
                    .containsPattern("the pushed files have 3 MB, and there is space for .* in .*/builds/")
                    .contains("they would not fit");
            assertThat(app.deployedCommit()).isEqualTo(before);
            assertThat(Http.text(app.port(), "/")).isEqualTo("v2\n");

            app.write("package.json", """
                    {"name": "x", "version": "1.0.0", "scripts": {"build": "head -c 3000000 /dev/zero > big2"}}
                    """);
            Files.delete(app.folder().resolve("big"));
            app.commit("A build that fills the disk").push().mustFail();
            assertThat(Http.text(app.port(), "/")).isEqualTo("v2\n");

            Files.delete(app.folder().resolve("package.json"));
            app.commit("Small again").push().mustSucceed();
            assertThat(Http.text(app.port(), "/")).isEqualTo("v3\n");

            app.write("half", "x".repeat(600 << 10))
                    .commit("Half of the disk")
                    .push()
                    .mustSucceed();
            assertThat(app.commit("Another one").push().mustFail().err())
                    .containsPattern("the server has .* free, and the last build of .* took 6\\d\\d KB")
                    .contains("this one would not fit");
            assertThat(Http.text(app.port(), "/")).isEqualTo("v4\n");
        }
    }

    /** Both in a campaign, else in turn. */
    private static Set<DiskTrap.Fault> faultsAt(DiskTrap.Call point) {
        if (Campaign.isOn()) {
            return FAULTS;
        }
        return Set.of(point.number() % 2 == 0 ? DiskTrap.Fault.EIO : DiskTrap.Fault.ENOSPC);
    }

    /** One deploy of which one call fails, and what must be true afterwards. */
    private record Failing(DiskTrap trap, Witness witness, DiskTrap.Fault fault) {
        /** Returns whether the push was refused. */
        boolean at(DiskTrap.Call point) {
            int before = witness.version();
            witness.app().commit(fault + " at " + point);
            trap.set(fault, point.number());
            Result push = witness.app().push();
            try {
                Eventually.until("call " + point.number() + " comes", LIMIT, trap::hasHit);
            } finally {
                trap.release();
            }
            String when = fault + " at " + trap.hit() + ", push " + push;
            if (push.succeeded()) {
                assertThat(witness.commit())
                        .as("an acknowledged push is live, %s", when)
                        .isEqualTo(witness.app().head());
            } else {
                assertThat(witness.version()).as("the release, %s", when).isEqualTo(before);
                assertThat(push.err())
                        .as("what the pusher reads names the path, %s", when)
                        .contains(placeOf(trap.hit()));
            }
            requireNoRetry();
            witness.requireAgreement(when);
            if (push.succeeded()) {
                witness.app().commit("After " + fault + " at " + point); // else git would have nothing to push
            }
            Result next = witness.app().push();
            assertThat(next.succeeded())
                    .as("the next push works, after %s: %s", when, next)
                    .isTrue();
            witness.requireAgreement("after the next push, " + when);
            Remains.mustBeNone(trap.root(), when);
            return !push.succeeded();
        }

        /** The full path of the folder in TINYSERV_ROOT: what temporary files are called says nothing to anybody. */
        private String placeOf(DiskTrap.Call call) {
            return trap.root().resolve(call.path().split("/", 2)[0]).normalize().toString();
        }

        /**
         * The kernel tells of a failed fsync once; a second one would say that all is well. Folders get new entries, and
         * a file that is made anew is another one, as git's locks are.
         */
        private void requireNoRetry() {
            DiskTrap.Call hit = trap.hit();
            if (hit.kind() != 'S') {
                return;
            }
            assertThat(trap.calls().stream()
                            .filter(call -> call.number() > hit.number())
                            .filter(call -> call.path().equals(hit.path()))
                            .takeWhile(call -> call.kind() != 'C' && call.kind() != 'R')
                            .filter(call -> call.kind() == 'S')
                            .map(DiskTrap.Call::path)
                            .filter(path -> !Files.isDirectory(trap.root().resolve(path))))
                    .as("a second fsync after %s", hit)
                    .isEmpty();
        }
    }
}
