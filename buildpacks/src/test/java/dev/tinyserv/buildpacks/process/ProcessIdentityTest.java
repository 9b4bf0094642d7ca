package dev.tinyserv.buildpacks.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.fixtures.Eventually;
import dev.tinyserv.fixtures.Pids;
import java.io.BufferedReader;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which processes run. */
class ProcessIdentityTest {
    /** The first thread ends alone, as with pthread_exit(3), and proc(5) calls the process a zombie. */
    private static final String FIRST_THREAD_ENDS = """
            import ctypes, socket, threading, time
            listener = socket.create_server(("127.0.0.1", 0))
            def goes_on():
                while open("/proc/self/stat").read().rpartition(")")[2].split()[0] != "Z":
                    time.sleep(0.01)
                print(listener.getsockname()[1], flush=True)
                time.sleep(600)
            threading.Thread(target=goes_on).start()
            ctypes.CDLL(None).pthread_exit(None)
            """;

    /** A process that was killed is in this state, too, while its other threads are ending. */
    @Test
    void aProcessRunsWhileOneOfItsThreadsDoes() throws Exception {
        Process process = new ProcessBuilder("python3", "-c", FIRST_THREAD_ENDS)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out = process.inputReader()) {
            assertThat(out.readLine()).as("the port it listens on").matches("[0-9]+");

            ProcessIdentity identity = ProcessIdentity.of(process.pid()).orElseThrow();

            assertThat(identity.isAlive()).isTrue();
            assertThat(Pids.isAlive(process.pid())).isTrue();
            ProcessEnd.end(List.of(identity), Duration.ofSeconds(10), Duration.ofSeconds(10));
            assertThat(identity.isAlive()).isFalse();
            assertThat(Pids.isAlive(process.pid())).isFalse();
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void aZombieDoesNotRun() throws Exception {
        Process parent = new ProcessBuilder("sh", "-c", "sleep 0 & echo $!; exec sleep 600").start();
        try (BufferedReader out = parent.inputReader()) {
            long child = Long.parseLong(out.readLine());
            Eventually.until(
                    "the child has ended", () -> ProcessIdentity.of(child).isEmpty());

            assertThat(ProcStat.read(child)).get().extracting(ProcStat::state).isEqualTo('Z');
            assertThat(Pids.isAlive(child)).isFalse();
        } finally {
            parent.destroyForcibly().waitFor();
        }
    }
}
