package dev.tinyserv.agent;

import dev.tinyserv.agent.command.Call;
import dev.tinyserv.buildpacks.base.Pauses;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts the calls that are being answered, so that an agent that leaves can wait for them. Safe for several threads.
 */
final class CallsUnderWay implements Call.Handler {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final Call.Handler handler;
    private final AtomicInteger underWay = new AtomicInteger();

    CallsUnderWay(Call.Handler handler) {
        this.handler = handler;
    }

    @Override
    public int handle(Call call) {
        underWay.incrementAndGet();
        try {
            return handler.handle(call);
        } finally {
            underWay.decrementAndGet();
        }
    }

    /** Waits until no call is under way, for 10 s at most. */
    void awaitEnd() {
        Pauses.until(LIMIT, () -> underWay.get() == 0);
    }
}
