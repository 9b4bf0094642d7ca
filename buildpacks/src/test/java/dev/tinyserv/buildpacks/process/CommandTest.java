package dev.tinyserv.buildpacks.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class CommandTest {
    private static final Map<String, String> ENVIRONMENT = Map.of("PATH", "/usr/local/bin:/usr/bin:/bin");

    private static final String STUBBORN =
            "trap '' TERM; (setsid sh -c \"trap '' TERM; while :; do sleep 1; done\" &) ;"
                    + " echo ready; while :; do sleep 1; done";

    private static final TreeBound BOUND = new TreeBound(256L << 20, 20);

    private final String mark = "TINYSERV_TEST=" + UUID.randomUUID();

    private Command shell(String script) {
        return Command.of("sh", "-c", script).environment(ENVIRONMENT).marked(mark);
    }

    private List<MarkedProcess> alive() {
        return MarkedProcess.all("TINYSERV_TEST").stream()
                .filter(process -> process.mark().equals(mark))
                .toList();
    }

    @Test
    void handsOnLinesOfBothOutputsInOrderWhileTheProgramRuns() throws Exception {
        List<String> lines = new CopyOnWriteArrayList<>();
        CountDownLatch first = new CountDownLatch(1);
        Cancellation cancellation = new Cancellation();
        Thread waiter = new Thread(() -> assertThatThrownBy(() -> shell("echo one; echo two >&2; exec sleep 60")
                        .cancelledBy(cancellation)
                        .run(line -> {
                            lines.add(line);
                            if (line.equals("two")) {
                                first.countDown();
                            }
                        }))
                .isInstanceOf(CommandFailed.class));
        waiter.start();
        assertThat(first.await(60, TimeUnit.SECONDS)).isTrue();
        cancellation.cancel("enough");
        waiter.join();
        assertThat(lines).containsExactly("one", "two");
    }

    @Test
    void givesTheEnvironmentAndTheFolderAndNothingOfOurs(@TempDir Path folder) {
        Command.Output output = Command.of("env")
                .environment(Map.of("PATH", "/usr/bin:/bin", "GREETING", "grüß\ndich"))
                .in(folder)
                .collect();
        assertThat(output.lines())
                .filteredOn(line -> !line.startsWith("TINYSERV_COMMAND="))
                .containsExactlyInAnyOrder("PATH=/usr/bin:/bin", "GREETING=grüß", "dich");
        assertThat(shell("pwd; cat").in(folder).collect().lines()).containsExactly(folder.toString());
    }

    @Test
    void tellsTheExitStatusAndTheLastLines() {
        CommandFailed failed = catchThrowableOfType(
                CommandFailed.class,
                () -> shell("seq 1 100; exit 3").called("npm ci").collect());
        assertThat(failed).hasMessage("npm ci failed with exit status 3");
        assertThat(failed.status()).isEqualTo(3);
        assertThat(failed.lastLines()).hasSize(20).endsWith("100");
        assertThat(shell("exit 3").allowing(Set.of(0, 3)).collect().exitCode()).isEqualTo(3);
        assertThatThrownBy(() -> shell("kill -9 $$").collect())
                .hasMessageContaining("signal 9")
                .hasMessageContaining("memory");
    }

    /** On a busy machine, or where each line is searched for many secrets, that takes longer than the program ran. */
    @Test
    void handsOnTheLastLinesHoweverLongThatTakes() {
        List<String> lines = new CopyOnWriteArrayList<>();
        assertThatThrownBy(() -> shell("seq 1 70; exit 3").run(line -> {
                    LockSupport.parkNanos(50_000_000);
                    lines.add(line);
                }))
                .isInstanceOf(CommandFailed.class);
        assertThat(lines).hasSize(70).endsWith("70");
    }

    @Test
    void namesAProgramThatIsMissing(@TempDir Path nowhere) {
        assertThatThrownBy(() ->
                        Command.of("no-such-program").environment(ENVIRONMENT).collect())
                .hasMessage("no-such-program is not installed: not found on PATH");
        assertThatThrownBy(() -> shell("true").in(nowhere.resolve("gone")).collect())
                .isInstanceOf(CommandFailed.class)
                .hasMessageContaining("cannot be started");
    }

    @Test
    void endsATreeThatIgnoresSigtermWhenItTakesTooLong() {
        assertThatThrownBy(() -> shell(STUBBORN).within(Duration.ofMillis(700)).collect())
                .hasMessage("sh was ended after 700 ms, its time limit");
        assertThat(alive()).isEmpty();
    }

    @Test
    void endsATreeThatIgnoresSigtermWhenItIsCancelled() {
        Cancellation cancellation = new Cancellation();
        assertThatThrownBy(() -> shell(STUBBORN)
                        .cancelledBy(cancellation)
                        .run(line -> cancellation.cancel("the client has gone")))
                .hasMessage("sh was ended: cancelled: the client has gone");
        assertThat(alive()).isEmpty();
        assertThatThrownBy(() -> shell("echo never").cancelledBy(cancellation).collect())
                .hasMessageContaining("was not started");
    }

    @Test
    void endsWhatWipedItsEnvironmentAndIgnoresSigterm() {
        Cancellation cancellation = new Cancellation();
        AtomicReference<String> pid = new AtomicReference<>("");
        String hidden = "env -i sh -c \"trap '' TERM; echo \\$\\$; while :; do sleep 1; done\" & exec sleep 60";
        assertThatThrownBy(() -> shell(hidden).cancelledBy(cancellation).run(line -> {
                    pid.set(line);
                    cancellation.cancel("enough");
                }))
                .isInstanceOf(CommandFailed.class);
        assertThat(ProcessIdentity.of(Long.parseLong(pid.get()))).isEmpty();
    }

    @Test
    void endsTheTreeWhenTheWaitingThreadIsInterrupted() throws Exception {
        AtomicReference<Boolean> flag = new AtomicReference<>(false);
        Thread[] waiter = new Thread[1];
        waiter[0] = new Thread(() -> {
            assertThatThrownBy(() -> shell("echo ready; sleep 60").run(line -> waiter[0].interrupt()))
                    .hasMessageContaining("interrupted");
            flag.set(Thread.currentThread().isInterrupted());
        });
        waiter[0].start();
        waiter[0].join();
        assertThat(flag.get()).isTrue();
        assertThat(alive()).isEmpty();
    }

    @Test
    void doesNotWaitForADaemonThatHoldsThePipe() {
        Command.Output output = shell("setsid sleep 300 & echo done")
                .within(Duration.ofSeconds(60))
                .collect();
        assertThat(output.lines()).containsExactly("done");
        assertThat(alive()).isEmpty();
    }

    @Test
    void endsWhatWipedItsEnvironmentAndWasLeftByItsParent() {
        String left = "(env -i sh -c \"trap '' TERM; echo \\$\\$; while :; do sleep 1; done\" &)";
        Command.Output output =
                shell(left + "; sleep 0.2").within(Duration.ofSeconds(20)).collect();
        assertThat(output.lines()).hasSize(1);
        assertThat(ProcessIdentity.of(Long.parseLong(output.lines().get(0)))).isEmpty();
    }

    @Test
    void boundsWhatItHandsOnAndReadsTheRest() {
        Command.Output output =
                shell("yes | head -c 3000000; echo end").maxOutput(100).collect();
        assertThat(output.lines()).hasSize(51);
        assertThat(output.text()).endsWith("the rest is not shown)");
    }

    @Test
    void passesOnWhatTheConsumerThrowsAndEndsTheProgram() {
        assertThatThrownBy(() -> shell("echo x; sleep 60").run(line -> {
                    throw new IllegalStateException("no room");
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("no room");
        assertThat(alive()).isEmpty();
    }

    @Test
    void anErrorOfTheConsumerIsPassedOnAndEndsTheProgram() {
        assertThatThrownBy(() -> shell("while :; do echo x; done")
                        .within(Duration.ofSeconds(20))
                        .run(line -> {
                            throw new StackOverflowError("no room");
                        }))
                .isInstanceOf(IllegalStateException.class)
                .hasRootCauseMessage("no room");
        assertThat(alive()).isEmpty();
    }

    @Test
    void splitsLongLinesBetweenCharacters() {
        List<String> lines = shell("printf 'a'; for i in $(seq 4000); do printf '€€'; done; printf '\\r\\nb\\377c'")
                .collect()
                .lines();
        assertThat(lines).hasSize(4);
        assertThat(lines.get(0)).hasSize(1 + 3333).doesNotContain("\uFFFD");
        assertThat(String.join("", lines.subList(0, 3))).isEqualTo("a" + "€".repeat(8000));
        assertThat(lines.get(3)).isEqualTo("b\uFFFDc");
    }

    @Test
    void isEndedFirstWhenMemoryRunsOutIfItHasABound() {
        assertThat(shell("cat /proc/self/oom_score_adj; echo \"$0\"")
                        .within(BOUND)
                        .collect()
                        .lines())
                .containsExactly("1000", "sh");
    }

    @Test
    void quotesNothingAndExpandsNothing(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("file"), "x");
        assertThat(Command.of("printf", "%s|", "*", "$HOME", "a b", "")
                        .environment(ENVIRONMENT)
                        .in(folder)
                        .within(BOUND)
                        .collect()
                        .text())
                .isEqualTo("*|$HOME|a b||");
    }

    @Test
    void endsATreeThatTakesMoreMemoryThanItMay() {
        String hungry = "x = b'x' * (400 << 20); import time; time.sleep(60)";
        assertThatThrownBy(() -> Command.of("python3", "-c", hungry)
                        .environment(ENVIRONMENT)
                        .marked(mark)
                        .within(BOUND)
                        .collect())
                .isInstanceOf(CommandFailed.class)
                .hasMessageMatching("python3 was ended: it took \\d+ MB of memory; at most 256 MB are allowed");
        assertThat(alive()).isEmpty();
    }

    @Test
    void endsATreeThatForksMoreThanItMay() {
        assertThatThrownBy(() -> shell("for i in $(seq 40); do sleep 60 & done; wait")
                        .within(BOUND)
                        .collect())
                .isInstanceOf(CommandFailed.class)
                .hasMessageMatching("sh was ended: it had 4\\d processes at once; at most 20 are allowed");
        assertThat(alive()).isEmpty();
    }
}
