package dev.tinyserv.agent.run;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;

/** Tasks, each due when the monotonic clock shows a time in nanoseconds. Safe for several threads. */
final class Timers {
    private final PriorityQueue<Timer> timers =
            new PriorityQueue<>((one, other) -> Long.signum(one.due() - other.due()));

    private record Timer(long due, Runnable task) {}

    synchronized void at(long due, Runnable task) {
        timers.add(new Timer(due, task));
    }

    /** Takes the tasks that are due, the earliest first. */
    synchronized List<Runnable> due(long now) {
        List<Runnable> due = new ArrayList<>();
        for (Timer next = timers.peek(); next != null && now - next.due() >= 0; next = timers.peek()) {
            due.add(next.task());
            timers.remove(next);
        }
        return due;
    }
}
