package dev.tinyserv.agent.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every input of the corpora, and some that are like them, without the fuzzer. */
class CorpusTest {
    private static final int VARIANTS = 50;
    private static final long LIMIT_NANOS = 1_000_000_000L;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    @ParameterizedTest
    @EnumSource
    void holdsForEveryInputAndWhatIsLikeIt(FuzzTarget target) throws IOException {
        List<Path> inputs = inputs(target);
        assertThat(inputs).hasSizeGreaterThan(10);
        // loads the classes, which is not the input's fault
        target.test(Files.readAllBytes(inputs.get(0)));
        for (Path file : inputs) {
            byte[] input = Files.readAllBytes(file);
            check(target, input, file.toString());
            for (int seed = 0; seed < VARIANTS; seed++) {
                check(target, variant(input, new Random(seed)), file + ", variant " + seed);
            }
        }
    }

    private static List<Path> inputs(FuzzTarget target) throws IOException {
        try (Stream<Path> files = Files.list(target.corpus())) {
            return files.sorted().toList();
        }
    }

    private static void check(FuzzTarget target, byte[] input, String name) {
        long begin = THREADS.getCurrentThreadCpuTime();
        assertThatCode(() -> target.test(input)).as(name).doesNotThrowAnyException();
        assertThat(THREADS.getCurrentThreadCpuTime() - begin).as(name).isLessThan(LIMIT_NANOS);
    }

    /** A few bytes changed, and perhaps a part left out or put in twice. */
    private static byte[] variant(byte[] input, Random random) {
        if (input.length == 0) {
            return new byte[] {(byte) random.nextInt()};
        }
        int from = random.nextInt(input.length);
        int to = from + random.nextInt(input.length - from);
        int times = random.nextInt(4);
        byte[] changed = new byte[input.length + (times - 1) * (to - from)];
        System.arraycopy(input, 0, changed, 0, from);
        int at = from;
        for (int i = 0; i < times; i++) {
            System.arraycopy(input, from, changed, at, to - from);
            at += to - from;
        }
        System.arraycopy(input, to, changed, at, input.length - to);
        for (int i = random.nextInt(3); i > 0 && changed.length > 0; i--) {
            changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
        }
        return changed;
    }
}
