package dev.tinyserv.agent.doctor;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.deploy.ProcessStatus;
import dev.tinyserv.buildpacks.base.Sizes;
import java.nio.file.Files;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Enough memory is left: for agent and router if they do not run yet, else for a second copy of the largest app, which
 * a deploy runs beside the first.
 */
final class MemoryCheck implements Check {
    private static final String FILE = "proc/meminfo";
    private static final long KB = 1024;
    private static final long MB = 1024 * KB;

    /** What agent and router take together when they are busy. */
    private static final long OURS = 300 * MB;

    private static final long RESERVE = 48 * MB;
    private static final String REMEDY = "stop what nobody needs, add swap, or use a larger machine";

    @Override
    public void look(Patient patient, Findings findings) {
        OptionalLong available = patient.kernel().availableMemory();
        if (available.isEmpty()) {
            findings.warning("the kernel does not tell how much memory is available", "see `free -m`");
            return;
        }
        long swap = patient.kernel().field(FILE, "SwapTotal:").orElse(0) * KB;
        long freeSwap = patient.kernel().field(FILE, "SwapFree:").orElse(0) * KB;
        long free = available.getAsLong() + freeSwap;
        long needed = RESERVE + (patient.live().isPresent() ? largestApp(patient) : OURS);
        String what = Sizes.of(available.getAsLong()) + " available"
                + (swap == 0 ? ", no swap" : ", " + Sizes.of(freeSwap) + " of " + Sizes.of(swap) + " swap free");
        if (free < RESERVE) {
            findings.problem(what + ", so the kernel will soon end a process", REMEDY);
        } else if (free < needed) {
            findings.warning(what + ", but " + Sizes.of(needed) + " may be needed at once", REMEDY);
        } else {
            findings.ok(what);
        }
        if (Files.exists(patient.layout().root())) { // OomKills looks for processes of its owner
            new OomKills(patient).tell(findings);
        }
    }

    private static long largestApp(Patient patient) {
        return AppNames.under(patient.layout()).stream()
                .mapToLong(app -> residentOf(patient, app))
                .max()
                .orElse(0);
    }

    private static long residentOf(Patient patient, AppName app) {
        List<ProcessStatus> instances =
                patient.live().map(live -> live.instances(app)).orElse(List.of());
        return instances.stream()
                .flatMap(instance -> Stream.ofNullable(instance.pid()))
                .mapToLong(pid -> patient.kernel()
                                .field("proc/" + pid + "/status", "VmRSS:")
                                .orElse(0)
                        * KB)
                .sum();
    }
}
