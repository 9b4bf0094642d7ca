package dev.tinyserv.agent.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinyserv.agent.app.AppName;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

class LogContextTest {
    private static final AppName SHOP = new AppName("shop");

    @AutoClose("shutdownNow")
    private final ExecutorService pool = Executors.newSingleThreadExecutor();

    private final List<String> known = new CopyOnWriteArrayList<>();

    @AfterEach
    void clear() {
        LogContext.clear();
    }

    private void note() {
        known.add(MDC.get("app") + " " + MDC.get("release"));
    }

    @Test
    void workTakesTheContextOfItsCallerAlongAndLeavesNothingInThePool() throws Exception {
        LogContext.app(SHOP);
        LogContext.release("v7");
        Runnable first = LogContext.carried(this::note);
        Callable<Integer> second = LogContext.carriedCall(() -> {
            note();
            LogContext.release("v8");
            throw new IllegalStateException("a bug");
        });
        LogContext.clear();

        pool.submit(first).get();
        assertThatThrownBy(() -> pool.submit(second).get()).hasRootCauseMessage("a bug");
        pool.submit(this::note).get();

        assertThat(known).containsExactly("shop v7", "shop v7", "null null");
    }

    @Test
    void workAboutAnAppHidesWhatTheThreadWorksForAndGivesItBack() {
        LogContext.app(new AppName("blog"));
        LogContext.release("v1");

        LogContext.about(SHOP, this::note).run();
        note();

        assertThat(known).containsExactly("shop null", "blog v1");
    }
}
