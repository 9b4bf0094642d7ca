package dev.tinyserv.agent.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.process.Cancellation;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class BuildSlotsTest {
    private static final AppName A = new AppName("a");
    private static final AppName B = new AppName("b");
    private static final AppName C = new AppName("c");

    private final ExecutorService pushers = Executors.newCachedThreadPool();
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    private final Cancellation cancellation = new Cancellation();

    @AfterEach
    void stop() {
        pushers.shutdownNow();
    }

    private BuildSlots.Slot enter(BuildSlots slots, AppName app) {
        return slots.enter(app, told::add, cancellation);
    }

    /** Enters in another thread, and returns once that waits. */
    private CompletableFuture<BuildSlots.Slot> waitFor(BuildSlots slots, AppName app, String message)
            throws InterruptedException {
        CompletableFuture<BuildSlots.Slot> slot = CompletableFuture.supplyAsync(() -> enter(slots, app), pushers);
        assertThat(told.poll(10, TimeUnit.SECONDS)).isEqualTo("-----> " + message);
        return slot;
    }

    @Test
    void letsInAsManyAsMayRunAndTellsTheOthers() throws Exception {
        BuildSlots slots = new BuildSlots(2);
        BuildSlots.Slot first = enter(slots, A);
        BuildSlots.Slot second = enter(slots, B);
        CompletableFuture<BuildSlots.Slot> third = waitFor(slots, C, "Waiting for 2 builds ahead");
        CompletableFuture<BuildSlots.Slot> fourth = waitFor(slots, new AppName("d"), "Waiting for 3 builds ahead");
        assertThat(third).isNotDone();
        second.close();
        BuildSlots.Slot next = third.get();
        assertThat(fourth).isNotDone();
        next.close();
        fourth.get().close();
        first.close();
    }

    @Test
    void buildsOneOfEachAppAtATimeAndHoldsNobodyElseUp() throws Exception {
        BuildSlots slots = new BuildSlots(2);
        BuildSlots.Slot first = enter(slots, A);
        CompletableFuture<BuildSlots.Slot> again = waitFor(slots, A, "Waiting for 1 build ahead");
        enter(slots, B).close();
        assertThat(again).isNotDone();
        first.close();
        again.get().close();
    }

    @Test
    void givesUpWaitingWhenCancelled() throws Exception {
        BuildSlots slots = new BuildSlots(1);
        BuildSlots.Slot first = enter(slots, A);
        CompletableFuture<BuildSlots.Slot> waiting = waitFor(slots, B, "Waiting for 1 build ahead");
        cancellation.cancel("the client has gone");
        assertThatThrownBy(waiting::get).hasCauseInstanceOf(Refusal.class).hasMessageContaining("the client has gone");
        first.close();
        slots.enter(C, told::add, new Cancellation()).close();
    }

    @Test
    void neverLetsTooManyIn() throws Exception {
        BuildSlots slots = new BuildSlots(3);
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            AppName app = new AppName("app" + i % 7);
            all.add(CompletableFuture.runAsync(
                    () -> {
                        try (BuildSlots.Slot slot = enter(slots, app)) {
                            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                            assertThat(slot.app()).isEqualTo(app);
                            inside.decrementAndGet();
                        }
                    },
                    pushers));
        }
        CompletableFuture.allOf(all.toArray(CompletableFuture<?>[]::new)).get();
        assertThat(most.get()).isBetween(1, 3);
    }
}
