package dev.tinyserv.agent.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.event.LogContext;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

class WorkersTest {
    @AutoClose
    private final Workers workers = new Workers();

    private final BlockingQueue<String> known = new ArrayBlockingQueue<>(10);

    @AfterEach
    void clear() {
        LogContext.clear();
    }

    private void note() {
        known.add(MDC.get("app") + " " + MDC.get("release"));
    }

    @Test
    void startsAndEndsKnowTheirAppInTheLog() throws InterruptedException {
        workers.execute(new AppName("shop"), "web.1", this::note);

        assertThat(known.poll(10, TimeUnit.SECONDS)).isEqualTo("shop null");
    }

    @Test
    void whatIsDoneSideBySideKnowsWhatItsCallerWorksFor() {
        LogContext.app(new AppName("shop"));
        LogContext.release("v7");

        workers.each(List.of(1, 2, 3), number -> note());

        assertThat(known).containsExactly("shop v7", "shop v7", "shop v7");
    }
}
