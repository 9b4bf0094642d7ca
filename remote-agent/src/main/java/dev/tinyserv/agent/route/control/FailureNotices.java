package dev.tinyserv.agent.route.control;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.event.FailedRequest;
import dev.tinyserv.agent.route.control.ControlMessage.Notice;
import dev.tinyserv.agent.route.proxy.FailureLog;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Notices for the agent, queued until one listens: at most {@value #MAX_WAITING}, then the oldest are dropped. Of one
 * app at most {@value #PER_SECOND} failures a second, then the number of further ones. Safe for several threads.
 */
public final class FailureNotices implements FailureLog {
    static final int MAX_WAITING = 1000;
    static final int PER_SECOND = 20;
    private static final long SECOND = 1_000_000_000L;

    private static final class Rate {
        private long since;
        private int told;
        private int more;
    }

    private final ArrayDeque<Notice> waiting = new ArrayDeque<>();
    private final Map<AppName, Rate> rates = new HashMap<>();

    @Override
    public synchronized void failed(AppName app, FailedRequest request, long nanoTime) {
        Rate rate = rates.computeIfAbsent(app, name -> new Rate());
        if (nanoTime - rate.since >= SECOND) {
            tellMore(app, rate);
            rate.since = nanoTime;
            rate.told = 0;
        }
        if (rate.told < PER_SECOND) {
            rate.told++;
            add(new ControlMessage.Failed(app, request.text(), request));
        } else {
            rate.more++;
        }
    }

    @Override
    public void misbehaved(AppName app, String text) {
        add(new ControlMessage.Failed(app, text, null));
    }

    private void tellMore(AppName app, Rate rate) {
        if (rate.more > 0) {
            add(new ControlMessage.Failed(app, rate.more + " more requests failed", null));
            rate.more = 0;
        }
    }

    /** Queues any other notice. */
    synchronized void add(Notice notice) {
        if (waiting.size() >= MAX_WAITING) {
            waiting.removeFirst();
        }
        waiting.add(notice);
    }

    /** Takes all queued notices. */
    public synchronized List<Notice> take(long nanoTime) {
        rates.entrySet().removeIf(entry -> {
            boolean over = nanoTime - entry.getValue().since >= SECOND;
            if (over) {
                tellMore(entry.getKey(), entry.getValue());
            }
            return over;
        });
        List<Notice> taken = new ArrayList<>(waiting);
        waiting.clear();
        return taken;
    }
}
