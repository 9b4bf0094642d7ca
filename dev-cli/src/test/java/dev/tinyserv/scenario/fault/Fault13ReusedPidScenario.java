package dev.tinyserv.scenario.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Eventually;
import dev.tinyserv.fixtures.Http;
import dev.tinyserv.fixtures.Pids;
import dev.tinyserv.fixtures.Running;
import dev.tinyserv.fixtures.Sandbox;
import dev.tinyserv.fixtures.Server;
import dev.tinyserv.fixtures.fault.Campaign;
import dev.tinyserv.fixtures.fault.FaultRun;
import dev.tinyserv.fixtures.fault.PidNamespace;
import dev.tinyserv.fixtures.fault.Requirements;
import dev.tinyserv.scenario.Stage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The pid of an instance was given to a stranger while the agent was down. */
class Fault13ReusedPidScenario {
    private static final Duration LONG = Duration.ofMinutes(4);
    private static final List<String> ROLES = List.of("current", "retired", "candidate", "one-off");

    @Test
    void noneOfManyStrangersIsSignalled() throws IOException {
        int count = Campaign.count(30, 1000);
        FaultRun run = FaultRun.of(13, "record of an instance with the pid of a stranger");
        try (Stage stage = Stage.start()) {
            App app = stage.probe();
            String pid = Http.text(app.port(), "/pid");
            Path records = stage.server().root().resolve("run/instances");
            String record = Files.readString(single(records, ".json"), StandardCharsets.UTF_8);
            String id = id(records);
            leave(stage);
            try (Running strangers = stage.server()
                    .shell()
                    .startScript(
                            "i=0; while [ $i -lt " + count + " ]; do sleep 3600 & echo $!; i=$((i+1)); done; wait")) {
                Eventually.until(
                        "the strangers are there", () -> strangers.out().lines().count() == count);
                List<Long> pids = strangers.out().lines().map(Long::parseLong).toList();
                for (int i = 0; i < count; i++) {
                    claim(records, "stranger" + i, record.replace(id, "stranger" + i), pids.get(i), i);
                    run.injected();
                }

                stage.server().startup();
                Eventually.until(
                        "the records of what is gone are gone",
                        LONG,
                        () -> names(records).noneMatch(name -> name.startsWith("stranger")),
                        () -> names(records).count() + " are left");
                app.commit("Again").push().mustSucceed();
                app.verb("ps:stop").mustSucceed();

                assertThat(pids.stream().filter(each -> !Pids.isAlive(each)))
                        .as("strangers that were ended")
                        .isEmpty();
                assertThat(Pids.isAlive(Long.parseLong(pid.strip())))
                        .as("the app's own process after ps:stop")
                        .isFalse();
            }
        }
        run.finish(count, 0);
    }

    /** The record of an instance, and the note of its shim, which claims that the stranger is the shim. */
    private static void claim(Path records, String id, String record, long stranger, int number) throws IOException {
        String role = ROLES.get(number % ROLES.size());
        String claimed = record.replaceAll("\"role\" *: *\"[a-z-]+\"", "\"role\" : \"" + role + "\"");
        Files.writeString(records.resolve(id + ".json"), claimed, StandardCharsets.UTF_8);
        String stat = Files.readString(Path.of("/proc/" + stranger + "/stat"), StandardCharsets.ISO_8859_1);
        long start = Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[19]);
        String boot = Files.readString(Path.of("/proc/sys/kernel/random/boot_id"), StandardCharsets.US_ASCII)
                .strip();
        String note = switch (number / ROLES.size() % 4) {
            case 0 -> stranger + " " + (start - 1) + " " + boot;
            case 1 -> stranger + " " + start + " 00000000-0000-0000-0000-000000000000";
            case 2 -> Long.toString(stranger);
            default -> stranger + " 0 " + boot;
        };
        Files.writeString(records.resolve(id + ".pid"), note + "\n", StandardCharsets.US_ASCII);
    }

    @Test
    void aStrangerWithThePidAndTheSessionOfAnInstanceLivesOn() {
        assumeThat(Requirements.unmetAsRoot("unshare", "nsenter")).isEmpty();
        int count = Campaign.count(1, 15);
        FaultRun run = FaultRun.of(13, "pid of an instance that the kernel gave to a stranger");
        Sandbox sandbox = Sandbox.create();
        try (PidNamespace world = PidNamespace.create(sandbox.shell());
                Stage stage = Stage.start(new Server(sandbox, Map.of()).behind(world.prefix()))) {
            App app = stage.probe();
            Path records = stage.server().root().resolve("run/instances");
            for (int i = 0; i < count; i++) {
                long shim = shim(records);
                world.script("kill -TERM " + stage.server().agentPid()).mustSucceed();
                Eventually.until(
                        "the agent has left",
                        () -> !stage.developer().ssh("apps").succeeded());
                world.script("kill -KILL -" + shim);
                Eventually.until(
                        "the app is dead",
                        () -> !world.script("test -e /proc/" + shim).succeeded());
                world.startStrangerAs(shim);

                stage.server().startup();
                Eventually.until(
                        "the app is back", () -> Http.get(app.port(), "/").status() == 200);
                app.verb("ps:restart").mustSucceed();

                assertThat(world.isAlive(shim))
                        .as("the stranger %s lives", shim)
                        .isTrue();
                run.injected();
            }
        }
        run.finish(count, 0);
    }

    private static void leave(Stage stage) {
        long agent = stage.server().agentPid();
        Pids.signal("TERM", agent);
        Eventually.until("the agent has left", () -> !Pids.isAlive(agent));
    }

    private static long shim(Path records) {
        try {
            return Long.parseLong(Files.readString(single(records, ".pid"), StandardCharsets.US_ASCII)
                    .split(" ", -1)[0]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String id(Path records) {
        return single(records, ".json").getFileName().toString().replace(".json", "");
    }

    private static Path single(Path folder, String suffix) {
        Path[] found = new Path[1];
        Eventually.until("there is one instance", () -> {
            List<String> all =
                    names(folder).filter(name -> name.endsWith(suffix)).toList();
            found[0] = folder.resolve(all.get(0));
            return all.size() == 1;
        });
        return found[0];
    }

    private static Stream<String> names(Path folder) {
        String[] names = folder.toFile().list();
        return Stream.of(names == null ? new String[0] : names);
    }
}
