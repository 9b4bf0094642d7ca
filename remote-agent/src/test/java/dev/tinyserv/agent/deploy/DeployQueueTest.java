package dev.tinyserv.agent.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.process.Cancellation;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class DeployQueueTest {
    private static final AppName SHOP = new AppName("shop");

    private final DeployQueue queue = new DeployQueue();
    private final List<String> told = new CopyOnWriteArrayList<>();

    private DeployQueue.Turn enter(String who) {
        return queue.enter(SHOP, who, told::add, new Cancellation());
    }

    @Test
    void letsOneInAtATimeInTheOrderOfArrivalAndTellsForWhomOneWaits() throws Exception {
        DeployQueue.Turn first = enter("ada");
        List<String> order = new CopyOnWriteArrayList<>();
        CountDownLatch bobWaits = new CountDownLatch(1);
        CompletableFuture<Void> bob = CompletableFuture.runAsync(() -> {
            DeployQueue.Turn turn = queue.enter(
                    SHOP,
                    "bob",
                    line -> {
                        told.add(line);
                        bobWaits.countDown();
                    },
                    new Cancellation());
            try (turn) {
                order.add("bob");
            }
        });
        assertThat(bobWaits.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(told).containsExactly("-----> Waiting for ada");
        order.add("ada");
        first.close();
        bob.get();
        assertThat(order).containsExactly("ada", "bob");
        enter("cleo").close();
    }

    @Test
    void appsDoNotWaitForEachOther() {
        DeployQueue.Turn shop = enter("ada");
        queue.enter(new AppName("blog"), "bob", told::add, new Cancellation()).close();
        assertThat(told).isEmpty();
        shop.close();
    }

    @Test
    void whoIsCancelledWhileWaitingLeavesAndHoldsUpNobody() {
        DeployQueue.Turn first = enter("ada");
        Cancellation gone = new Cancellation();
        CompletableFuture<Void> bob = CompletableFuture.runAsync(() -> {
            queue.enter(SHOP, "bob", line -> gone.cancel("he pressed Ctrl-C"), gone)
                    .close();
        });
        assertThatThrownBy(bob::join).hasCauseInstanceOf(Refusal.class).hasMessageContaining("Ctrl-C");
        first.close();
        enter("cleo").close();
    }

    @Test
    void neverLetsTwoInUnderPressure() throws Exception {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger done = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            Cancellation cancellation = new Cancellation();
            boolean impatient = i % 5 == 0;
            Thread thread = new Thread(() -> {
                try {
                    DeployQueue.Turn turn = queue.enter(
                            SHOP,
                            "someone",
                            line -> {
                                if (impatient) {
                                    cancellation.cancel("no time");
                                }
                            },
                            cancellation);
                    try (turn) {
                        assertThat(inside.incrementAndGet()).isEqualTo(1);
                        inside.decrementAndGet();
                    }
                    done.incrementAndGet();
                } catch (Refusal e) {
                    assertThat(e).hasMessageContaining("no time");
                    done.incrementAndGet();
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(done).hasValue(50);
    }
}
