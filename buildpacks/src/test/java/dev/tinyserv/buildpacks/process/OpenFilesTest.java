package dev.tinyserv.buildpacks.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.buildpacks.base.Pauses;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class OpenFilesTest {
    private static final int OPEN_FILES = 128;

    @Test
    void aProcessThatCannotBeLookedAtCountsAsRunningAndIsFoundWhenADescriptorIsFree(@TempDir Path folder)
            throws Exception {
        Path told = folder.resolve("told");
        Process sleeper = new ProcessBuilder("sleep", "100").start();
        try {
            Process java = new ProcessBuilder(
                            "sh",
                            "-c",
                            "ulimit -n " + OPEN_FILES + " && exec \"$@\"",
                            "sh",
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            OpenFilesTest.class.getName(),
                            Long.toString(sleeper.pid()))
                    .redirectErrorStream(true)
                    .redirectOutput(told.toFile())
                    .start();
            boolean ended = java.waitFor(60, TimeUnit.SECONDS);
            java.destroyForcibly();
            assertThat(ended).as("it ends").isTrue();
            assertThat(Files.readString(told))
                    .contains("without a descriptor: alive true")
                    .contains("with one later: found true, in its tree 1, ended true");
        } finally {
            sleeper.destroy();
        }
    }

    /** Looks at the process while this one has no descriptor left, and says what it saw. */
    public static void main(String[] arguments) throws Exception {
        long pid = Long.parseLong(arguments[0]);
        ProcessIdentity process = ProcessIdentity.of(pid).orElseThrow();
        ProcessTree tree = new ProcessTree(process, "TINYSERV_NOBODY=1");
        // loads what the looks below need: a class that lies in a folder cannot be loaded then
        boolean unused = Pauses.until(
                        Duration.ZERO, () -> process.isAlive() && tree.members().isEmpty())
                && OpenFiles.ranOut(new IOException(""));
        OpenFiles.ask(() -> "");

        Deque<FileInputStream> held = new ArrayDeque<>();
        Thread looking = Thread.currentThread();
        Thread freeing = Daemon.named("freeing").newThread(() -> freeWhenWaiting(looking, held));
        holdAll(held);
        System.out.println("without a descriptor: alive " + process.isAlive());

        freeing.start();
        boolean found = ProcessIdentity.of(pid).isPresent();
        int members = tree.members().size();
        process.kill();
        ProcessHandle.of(pid).ifPresent(handle -> handle.onExit().join());
        System.out.println(
                "with one later: found " + found + ", in its tree " + members + ", ended " + !process.isAlive());
        System.exit(0);
    }

    @SuppressWarnings("resource")
    private static void holdAll(Deque<FileInputStream> held) {
        try {
            while (true) {
                held.add(new FileInputStream("/dev/null"));
            }
        } catch (IOException e) {
            return; // there is no descriptor left
        }
    }

    private static void freeWhenWaiting(Thread looking, Deque<FileInputStream> held) {
        while (looking.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        for (int i = 0; i < 10; i++) {
            try {
                held.pop().close();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
