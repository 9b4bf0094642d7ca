package dev.tinyserv.agent.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.agent.app.Limits;
import dev.tinyserv.agent.app.ProcessName;
import dev.tinyserv.agent.app.ProcessType;
import dev.tinyserv.agent.app.TypeSettings;
import dev.tinyserv.agent.event.Events;
import dev.tinyserv.agent.run.InstanceRecord.Role;
import dev.tinyserv.agent.run.runtime.PlainRuntime;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LauncherTest {
    @TempDir
    Path root;

    /** A stop may come between the start of an instance and its role. */
    @Test
    void theRecordOfAnInstanceThatIsGoneIsNotWrittenAgain() {
        try (Machine machine = new Machine(root)) {
            Launcher launcher = new Launcher(
                    machine.settings.deploy(),
                    machine.store,
                    new PlainRuntime(machine.layout.shim(), machine.layout.instances()),
                    machine.output,
                    new Events(),
                    new Clocks(Clock.systemUTC(), System::nanoTime),
                    System.getenv());
            Job job = Job.of(
                    machine.release(7, "sleep 60"),
                    new ProcessName(ProcessType.WEB, 1),
                    TypeSettings.DEFAULT,
                    Limits.NONE);
            Instance instance = launcher.candidate(job, 0, 0);
            instance.kill();
            launcher.forget(instance);

            launcher.assign(instance, Role.CURRENT);

            assertThat(machine.recordFiles()).isEmpty();
        }
    }
}
