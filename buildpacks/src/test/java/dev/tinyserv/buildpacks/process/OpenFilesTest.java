package dev.tinyserv.buildpacks.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class OpenFilesTest {
    private static final int OPEN_FILES = 128;

    @Test
    void aProcessThatCannotBeLookedAtCountsAsRunningAndIsFoundWhenADescriptorIsFree() throws Exception {
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
                    .start();
            String told = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(told)
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
        List<ProcessIdentity> before = tree.members(); // loads what the looks below need
        boolean unused = process.isAlive() && OpenFiles.ranOut(new IOException("")) && before.isEmpty();

        Deque<FileInputStream> held = holdAll();
        System.out.println("without a descriptor: alive " + process.isAlive());

        Thread looking = Thread.currentThread();
        Thread freeing = new Thread(() -> freeWhenWaiting(looking, held));
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
    private static Deque<FileInputStream> holdAll() {
        Deque<FileInputStream> held = new ArrayDeque<>();
        try {
            while (true) {
                held.add(new FileInputStream("/dev/null"));
            }
        } catch (IOException e) {
            return held;
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
