package dev.tinyserv.agent.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.agent.AgentSettings;
import dev.tinyserv.agent.keys.AuthorizedKeys;
import dev.tinyserv.agent.machine.Kernel;
import dev.tinyserv.fixtures.Eventually;
import dev.tinyserv.fixtures.Pids;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the kernel of this machine says is read as other programs read it. */
class KernelTest {
    private static final Kernel KERNEL = Kernel.ofThisMachine();

    @TempDir
    private Path root;

    private static String cat(String file) throws Exception {
        Process cat = new ProcessBuilder("cat", "/" + file).start();
        String text = new String(cat.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        assertThat(cat.waitFor()).isZero();
        return text;
    }

    @Test
    void numbersOfProcSysAreReadWhole() throws Exception {
        for (String file : List.of("proc/sys/fs/inotify/max_user_watches", "proc/sys/fs/inotify/max_user_instances")) {
            String text = cat(file);
            assertThat(KERNEL.text(file)).as(file).contains(text);
            assertThat(KERNEL.number(file)).as(file).hasValue(Long.parseLong(text.strip()));
        }
    }

    @Test
    void aFileOfManyPiecesIsReadWhole() throws Exception {
        assertThat(KERNEL.text("proc/cpuinfo").orElseThrow().lines().count())
                .isEqualTo(cat("proc/cpuinfo").lines().count());
        assertThat(KERNEL.field("proc/meminfo", "MemTotal:")).isPresent();
        assertThat(KERNEL.text("proc/no-such-file")).isEmpty();
    }

    @Test
    void portsThatThisKernelGivesAwayAreTold() throws Exception {
        String[] ends = cat("proc/sys/net/ipv4/ip_local_port_range").strip().split("\\s+", -1);
        Findings findings = new Findings("Test");
        Map<String, String> environment =
                Map.of("TINYSERV_ROOT", root.toString(), "TINYSERV_INSTANCE_PORTS", ends[0] + "-" + ends[1]);

        new PortRangeCheck()
                .look(
                        new Patient(
                                AgentSettings.load(environment).view(environment),
                                environment,
                                null,
                                new AuthorizedKeys(root.resolve("authorized_keys")),
                                KERNEL,
                                Clock.systemUTC(),
                                Optional.empty(),
                                true),
                        findings);

        assertThat(findings.all())
                .anyMatch(finding ->
                        finding.what().contains("overlaps the kernel's " + ends[0] + "-" + ends[1] + ", so outgoing"));
    }

    @Test
    void aProcessThatWasHaltedIsKnown() throws Exception {
        Process sleep = new ProcessBuilder("sleep", "60").start();
        try {
            assertThat(AppProcessCheck.isHalted(KERNEL, sleep.pid())).isFalse();
            Pids.signal("STOP", sleep.pid());
            Eventually.until("it is halted", () -> AppProcessCheck.isHalted(KERNEL, sleep.pid()));
        } finally {
            sleep.destroyForcibly().waitFor();
        }
    }
}
