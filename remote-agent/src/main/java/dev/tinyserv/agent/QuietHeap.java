package dev.tinyserv.agent;

import com.sun.management.HotSpotDiagnosticMXBean;
import dev.tinyserv.buildpacks.process.Daemon;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Gives the memory of past work back to the system. A JVM shrinks its old generation only in a full collection, and
 * makes one only when that generation is full. So this asks for a full collection when work was followed by 15 s
 * without work, because then nobody waits for it.
 */
final class QuietHeap {
    private static final Duration QUIET = Duration.ofSeconds(15);

    /**
     * The percentage of the heap that is free after a collection: below the least it grows, above the most it shrinks.
     */
    private static final String LEAST_FREE = "MinHeapFreeRatio";

    private static final String MOST_FREE = "MaxHeapFreeRatio";

    private final LongSupplier collections;
    private final Runnable collect;
    private long seen = -1;
    private long collected = -1;

    /**
     * @param collections the number of collections so far; while it stays the same, hardly anything is allocated
     * @param collect makes a full collection
     */
    QuietHeap(LongSupplier collections, Runnable collect) {
        this.collections = collections;
        this.collect = collect;
    }

    /** Watches the heap of this process for as long as it runs. */
    static void watch() {
        QuietHeap heap = new QuietHeap(QuietHeap::collectionsUpToNow, QuietHeap::shrink);
        ScheduledExecutorService timer = new ScheduledThreadPoolExecutor(1, Daemon.named("quiet-heap"));
        ScheduledFuture<?> unused =
                timer.scheduleWithFixedDelay(heap::look, QUIET.toMillis(), QUIET.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Collects if there was quiet since the last look. To be called at equal intervals, by one thread. */
    void look() {
        long now = collections.getAsLong();
        if (now == seen && now != collected) {
            collect.run();
            collected = collections.getAsLong();
            seen = collected;
        } else {
            seen = now;
        }
    }

    /** Collects and leaves little free heap; later work gets the usual free heap with its first full collection. */
    private static void shrink() {
        HotSpotDiagnosticMXBean machine = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        String least = machine.getVMOption(LEAST_FREE).getValue();
        String most = machine.getVMOption(MOST_FREE).getValue();
        machine.setVMOption(LEAST_FREE, "5");
        machine.setVMOption(MOST_FREE, "10");
        System.gc();
        machine.setVMOption(MOST_FREE, most);
        machine.setVMOption(LEAST_FREE, least);
    }

    private static long collectionsUpToNow() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionCount)
                .sum();
    }
}
