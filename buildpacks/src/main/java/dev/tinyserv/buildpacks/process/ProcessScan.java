package dev.tinyserv.buildpacks.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * All processes of this machine at one moment, with the marks that ours have in their environment. Each asker gets a scan
 * of {@code /proc} that began after it asked; those who ask while one goes on share the next, so that a thousand ends at
 * once cost a few scans and not a thousand. Safe for several threads.
 */
final class ProcessScan {
    /** How every variable begins that can be a mark. */
    private static final String MARKS = "TINYSERV_";

    private static final Object TURN = new Object();
    private static final AtomicLong BEGUN = new AtomicLong();
    private static @Nullable ProcessScan last;

    private final Map<Long, ProcStat> stats;
    private final Map<Long, List<String>> marks;

    private ProcessScan(Map<Long, ProcStat> stats, Map<Long, List<String>> marks) {
        this.stats = stats;
        this.marks = marks;
    }

    /** How things are now. */
    static ProcessScan now() {
        long asked = BEGUN.get();
        synchronized (TURN) {
            ProcessScan there = last;
            boolean beganBefore = BEGUN.get() == asked;
            if (there == null || beganBefore) {
                BEGUN.incrementAndGet();
                last = null; // one that fails leaves nothing to share
                there = patientScan();
                last = there;
            }
            return there;
        }
    }

    /** All, zombies among them. */
    Collection<ProcStat> all() {
        return stats.values();
    }

    /** The process with this pid, or null. */
    @Nullable
    ProcStat get(long pid) {
        return stats.get(pid);
    }

    /** The lines {@code NAME=value} of its environment that can be marks; none if it is another user's. */
    List<String> marks(long pid) {
        return marks.getOrDefault(pid, List.of());
    }

    /** A scan that lacks what no descriptor was left for would take a tree that runs for one that has ended. */
    private static ProcessScan patientScan() {
        try {
            return OpenFiles.ask(ProcessScan::scan);
        } catch (IOException e) {
            throw new IllegalStateException("cannot read /proc", e);
        }
    }

    private static ProcessScan scan() throws IOException {
        Map<Long, ProcStat> stats = new HashMap<>();
        Map<Long, List<String>> marks = new HashMap<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path entry : entries) {
                long pid = Long.parseLong(entry.getFileName().toString());
                // The identity is read before the environment: should the pid change hands between, it matches nobody.
                ProcStat stat = ProcStat.read(pid).orElse(null);
                if (stat != null) {
                    stats.put(pid, stat);
                    List<String> found = marksOf(entry);
                    if (!found.isEmpty()) {
                        marks.put(pid, found);
                    }
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return new ProcessScan(stats, marks);
    }

    private static List<String> marksOf(Path process) throws IOException {
        try {
            String environment =
                    new String(Files.readAllBytes(process.resolve("environ")), StandardCharsets.ISO_8859_1);
            if (!environment.contains(MARKS)) {
                return List.of();
            }
            return Arrays.stream(environment.split("\0", -1))
                    .filter(line -> line.startsWith(MARKS))
                    .toList();
        } catch (IOException e) {
            if (OpenFiles.ranOut(e)) {
                throw e;
            }
            return List.of(); // gone, or another user's
        }
    }
}
