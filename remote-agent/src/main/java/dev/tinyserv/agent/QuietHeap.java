package dev.tinyserv.agent;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Gives the memory of past work back. A JVM shrinks its old generation in full collections only, and makes one only when
 * that is full; so this asks for one as soon as there was work and then a while without, when nobody waits for it.
 */
final class QuietHeap {
    private static final Duration QUIET = Duration.ofSeconds(15);

    /** Percent of the heap that are free after a collection; else the heap grows or shrinks. */
    private static final String LEAST_FREE = "MinHeapFreeRatio";

    private static final String MOST_FREE = "MaxHeapFreeRatio";

    private final LongSupplier collections;
    private final Runnable collect;
    private long seen = -1;
    private long collected = -1;

    /**
     * @param collections how many collections there were; as long as they are the same, hardly anything was allocated
     * @param collect makes a full collection
     */
    QuietHeap(LongSupplier collections, Runnable collect) {
        this.collections = collections;
        this.collect = collect;
    }

    /** Watches the heap of this process for as long as it runs. */
    static void watch() {
        QuietHeap heap = new QuietHeap(QuietHeap::collectionsUpToNow, QuietHeap::shrink);
        ScheduledExecutorService timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "quiet-heap");
            thread.setDaemon(true);
            return thread;
        });
        ScheduledFuture<?> unused =
                timer.scheduleWithFixedDelay(heap::look, QUIET.toMillis(), QUIET.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** To be called at equal distances in time, by one thread. */
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

    /** Leaves little room while there is quiet; the next work gets the usual room with its first full collection. */
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
