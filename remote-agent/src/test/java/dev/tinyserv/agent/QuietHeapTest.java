package dev.tinyserv.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class QuietHeapTest {
    private final AtomicLong collections = new AtomicLong();
    private final AtomicInteger full = new AtomicInteger();
    private final QuietHeap heap = new QuietHeap(collections::get, () -> {
        full.incrementAndGet();
        collections.incrementAndGet();
    });

    private void look(int times) {
        for (int i = 0; i < times; i++) {
            heap.look();
        }
    }

    @Test
    void collectsOnceAfterTheStart() {
        heap.look();
        assertThat(full).hasValue(0);
        look(10);
        assertThat(full).hasValue(1);
    }

    @Test
    void doesNotCollectWhileThereIsWork() {
        for (int i = 0; i < 10; i++) {
            collections.addAndGet(3);
            heap.look();
        }
        assertThat(full).hasValue(0);
    }

    @Test
    void collectsOnceAfterWork() {
        look(3);
        collections.addAndGet(5);
        heap.look();
        assertThat(full).hasValue(1);
        look(10);
        assertThat(full).hasValue(2);
    }
}
