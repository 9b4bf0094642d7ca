package dev.tinyserv.buildpacks.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class ProcessScanTest {
    private static final int THREADS = 8;
    private static final int ROUNDS = 5;

    /** A scan that is shared must not be older than what its asker has done before. */
    @Test
    void whoAsksSeesWhatItHasJustStartedAndNotWhatItHasJustEnded() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(THREADS);
        try {
            List<Callable<Void>> askers = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                String name = "asker" + i;
                askers.add(() -> {
                    for (int round = 0; round < ROUNDS; round++) {
                        startAndEnd(name + "-" + round);
                    }
                    return null;
                });
            }
            for (Future<Void> asker : pool.invokeAll(askers)) {
                asker.get();
            }
        } finally {
            pool.shutdownNow();
        }
    }

    private static void startAndEnd(String name) throws Exception {
        ProcessBuilder builder = new ProcessBuilder("sleep", "600");
        builder.environment().put("TINYSERV_TEST", name);
        Process process = builder.start();
        try {
            assertThat(marked(name)).containsExactly(process.pid());
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertThat(marked(name)).isEmpty();
    }

    private static List<Long> marked(String name) {
        return MarkedProcess.all("TINYSERV_TEST").stream()
                .filter(process -> process.mark().equals("TINYSERV_TEST=" + name))
                .map(process -> process.identity().pid())
                .toList();
    }
}
