package dev.tinyserv.agent.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.agent.AgentSettings;
import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.ExitStatus;
import dev.tinyserv.agent.app.ProcessName;
import dev.tinyserv.agent.app.ProcessType;
import dev.tinyserv.agent.event.Event;
import dev.tinyserv.agent.event.Events;
import dev.tinyserv.agent.event.RunEvent;
import dev.tinyserv.agent.run.InstanceRecord.Role;
import dev.tinyserv.agent.run.runtime.Launch;
import dev.tinyserv.agent.run.runtime.ProcessRuntime;
import dev.tinyserv.agent.run.runtime.RunningProcess;
import dev.tinyserv.agent.store.JsonStore;
import dev.tinyserv.buildpacks.process.ProcessIdentity;
import dev.tinyserv.buildpacks.process.ProcessTree;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How many instances are looked at, where there are many: counted at the runtime, which stands for the machine. */
class KeeperTest {
    private static final int MANY = 200;
    private static final AppName SHOP = new AppName("shop");

    @TempDir
    Path root;

    private final CountingRuntime runtime = new CountingRuntime();
    private final List<Event> events = new CopyOnWriteArrayList<>();
    private Keeper keeper;

    /** Each look at an instance asks its process first whether it is over. */
    private static final class CountingRuntime implements ProcessRuntime {
        final List<String> looks = new CopyOnWriteArrayList<>();
        final Set<String> over = ConcurrentHashMap.newKeySet();

        @Override
        public void install() {}

        @Override
        public RunningProcess start(Launch launch) {
            throw new AssertionError("nothing is started here");
        }

        @Override
        public void forget(String id) {}

        @Override
        public RunningProcess find(String id) {
            return new RunningProcess() {
                @Override
                public ProcessTree tree() {
                    ProcessIdentity nobody = new ProcessIdentity(0, -1, ProcessIdentity.currentBootId());
                    return new ProcessTree(nobody, MARK + "=" + id);
                }

                @Override
                public boolean isOver() {
                    looks.add(id);
                    return over.contains(id);
                }

                @Override
                public ExitStatus exitStatus() {
                    return new ExitStatus(3);
                }

                @Override
                public OptionalLong commandPid() {
                    return OptionalLong.empty();
                }
            };
        }
    }

    @BeforeEach
    void adoptMany() throws Exception {
        AgentSettings settings = AgentSettings.load(Map.of("TINYSERV_ROOT", root.toString()));
        Files.createDirectories(settings.layout().instances());
        Events bus = new Events();
        bus.listen(events::add);
        Clocks clocks = new Clocks(Clock.systemUTC(), System::nanoTime);
        RawOutput output = new RawOutput(settings.layout().output());
        Launcher launcher = new Launcher(settings.deploy(), new JsonStore(), runtime, output, bus, clocks, Map.of());
        Ending ending = new Ending(launcher, bus, settings.deploy().stopTimeout());
        keeper = new Keeper(launcher, new Boot(settings.deploy(), launcher, ending, bus, clocks), ending, bus, clocks);
        for (int index = 1; index <= MANY; index++) {
            Instance instance = launcher.adopt(record(index));
            keeper.slot(SHOP, instance.name()).attach(null, instance.occupant(), 0, 0, false);
        }
    }

    @AfterEach
    void close() {
        keeper.workers().close();
    }

    @Test
    void anExitIsLookedUpByTheInstanceThatItNames() {
        runtime.over.add(id(7));
        keeper.appeared(id(7) + ".exit");
        assertThat(runtime.looks).containsOnly(id(7)).hasSizeLessThanOrEqualTo(2);
        assertThat(events).first().isInstanceOfSatisfying(RunEvent.Exited.class, exited -> {
            assertThat(exited.process()).isEqualTo(new ProcessName(ProcessType.WEB, 7));
            assertThat(exited.status()).isEqualTo(new ExitStatus(3));
            assertThat(exited.ran()).isPositive();
            assertThat(exited.text()).isEqualTo("web.7 exited with status 3 (crash 1); next start now");
        });
    }

    @Test
    void anExitThatNobodyKnowsIsLeftAlone() {
        keeper.appeared("somebody-else.exit");
        assertThat(runtime.looks).isEmpty();
    }

    @Test
    void eachSecondSomeAreLookedAtAndInTenSecondsAll() {
        keeper.tick();
        assertThat(runtime.looks).hasSize(MANY / 10);
        for (int second = 2; second <= 10; second++) {
            keeper.tick();
        }
        assertThat(runtime.looks).hasSize(MANY).doesNotHaveDuplicates();
    }

    @Test
    void oneWhoseExitNobodyToldIsFoundByTheRound() {
        runtime.over.add(id(150));
        for (int second = 1; second <= 10; second++) {
            keeper.tick();
        }
        assertThat(events)
                .first()
                .isInstanceOfSatisfying(
                        RunEvent.Exited.class,
                        exited -> assertThat(exited.process()).isEqualTo(new ProcessName(ProcessType.WEB, 150)));
    }

    private static String id(int index) {
        return "shop-v1-web." + index + "-00000000";
    }

    private static InstanceRecord record(int index) {
        return new InstanceRecord(
                InstanceRecord.SCHEMA,
                id(index),
                SHOP,
                1,
                ProcessType.WEB,
                new ProcessName(ProcessType.WEB, index),
                Role.CURRENT,
                null,
                null,
                ProcessIdentity.currentBootId(),
                Instant.EPOCH,
                null,
                0,
                0,
                null,
                null);
    }
}
