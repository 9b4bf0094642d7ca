package dev.tinyserv.scenario.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tinyserv.fixtures.Eventually;
import dev.tinyserv.fixtures.Http;
import dev.tinyserv.fixtures.Pids;
import dev.tinyserv.fixtures.Sandbox;
import dev.tinyserv.fixtures.Server;
import dev.tinyserv.fixtures.fault.Campaign;
import dev.tinyserv.fixtures.fault.DiskImage;
import dev.tinyserv.fixtures.fault.DiskTrap;
import dev.tinyserv.fixtures.fault.FaultRun;
import dev.tinyserv.fixtures.fault.Requirements;
import dev.tinyserv.scenario.Stage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Row 3. The power goes right after a step was acknowledged: what was acknowledged is there after the next boot. */
class Fault03PowerLossScenario {
    private static final int COPIES = Campaign.count(8, 980);
    private static final int SHUT_DOWNS = Campaign.count(1, 20);
    private static final int TRIES = 5;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @Test
    void whatWasAcknowledgedIsOnTheDisk() {
        requireTools();
        Sandbox sandbox = Sandbox.create();
        FaultRun copies = FaultRun.of(3, "power loss, looked at in a copy of the disk while the server goes on");
        FaultRun shutDowns = FaultRun.of(3, "power loss by the ioctl, with a start afterwards");
        try (DiskImage disk = DiskImage.under(sandbox);
                Stage stage = Stage.start(new Server(sandbox, Map.of()))) {
            Witness witness = Witness.of(stage.probe(), sandbox.root());
            AcknowledgedSteps steps = new AcknowledgedSteps(stage, witness.app());
            for (int i = 0; i < SHUT_DOWNS; i++) {
                while (copies.count() < COPIES * (i + 1) / SHUT_DOWNS) {
                    String step = steps.next();
                    Map<String, String> promised = Promised.in(sandbox.root());
                    disk.ifPowerWereLost(root -> mustHold(stage, root, promised, step));
                    copies.injected();
                }
                loseThePower(stage, disk, witness, steps.next());
                shutDowns.injected();
            }
        }
        copies.finish(COPIES, 0);
        shutDowns.finish(SHUT_DOWNS, 0);
    }

    /** A test that cannot fail is worse than none: here every fsync of the agent lies. */
    @Test
    void anAgentThatDoesNotSyncIsFoundOut() {
        requireTools();
        String unmet = Requirements.unmet(DiskTrap.NEEDS);
        assumeTrue(unmet.isEmpty(), unmet);
        Sandbox sandbox = Sandbox.create();
        DiskTrap trap = DiskTrap.in(sandbox);
        try (DiskImage disk = DiskImage.under(sandbox);
                Stage stage = Stage.start(new Server(sandbox, trap.environment()))) {
            trap.set(DiskTrap.Fault.FSYNC_LIES, 0);
            AtomicBoolean noticed = new AtomicBoolean();
            // somebody else's fsync, such as the router's, commits the journal for all: not every try can be lost
            for (int i = 0; i < TRIES && !noticed.get(); i++) {
                String key = sandbox.publicKey(sandbox.makeKey("lost" + i, "lost"));
                stage.developer().sshWithInput(key, "keys:add", "lost" + i).mustSucceed();
                Map<String, String> promised = Promised.in(sandbox.root());
                disk.ifPowerWereLost(root -> noticed.set(!Promised.in(root).equals(promised)));
            }

            assertThat(noticed).as("a key that was never synced is missed").isTrue();
        }
    }

    private static void requireTools() {
        String unmet = Requirements.unmetAsRoot(DiskImage.needs());
        assumeTrue(unmet.isEmpty(), unmet);
    }

    private static void mustHold(Stage stage, Path root, Map<String, String> promised, String step) {
        assertThat(Promised.in(root)).as("on the disk, after %s", step).isEqualTo(promised);
        for (Path repository : Promised.repositories(root)) {
            stage.developer()
                    .git("--git-dir", repository.toString(), "fsck", "--full", "--strict", "--no-dangling")
                    .mustSucceed();
        }
    }

    private static void loseThePower(Stage stage, DiskImage disk, Witness witness, String step) {
        Sandbox sandbox = stage.sandbox();
        Map<String, String> promised = Promised.in(sandbox.root());
        int version = witness.version();
        boolean up = promised.get("apps/" + witness.app().name() + ".json").contains("\"up\" : true");
        disk.ifPowerWereLost(root -> mustHold(stage, root, promised, step + ", in the copy"));
        disk.powerOff();
        Eventually.until("all is dead", LIMIT, () -> {
            sandbox.processes().forEach(pid -> Pids.signal("KILL", pid));
            return sandbox.processes().isEmpty();
        });

        disk.powerOn();

        mustHold(stage, sandbox.root(), promised, step + ", after the ioctl");
        stage.server().startup();
        if (up) {
            Eventually.until(
                    "the app serves again, after " + step,
                    LIMIT,
                    () -> Http.text(witness.port(), "/").equals("v" + version + "\n"));
        }
    }
}
