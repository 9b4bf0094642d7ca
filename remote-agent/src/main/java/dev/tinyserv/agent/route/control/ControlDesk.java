package dev.tinyserv.agent.route.control;

import dev.tinyserv.agent.app.Endpoint;
import dev.tinyserv.agent.route.control.ControlMessage.Answer;
import dev.tinyserv.agent.route.control.ControlMessage.Done;
import dev.tinyserv.agent.route.control.ControlMessage.Question;
import dev.tinyserv.agent.route.control.ControlMessage.Routed;
import dev.tinyserv.agent.route.proxy.Listeners;
import dev.tinyserv.agent.route.proxy.Traffic;
import dev.tinyserv.agent.route.table.AppRoute;
import dev.tinyserv.agent.route.table.PortRoute;
import dev.tinyserv.agent.route.table.Target;
import dev.tinyserv.buildpacks.base.Refusal;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers the questions of the agent, one after another on the control thread. */
@SuppressWarnings("FutureReturnValueIgnored") // it answers by itself
public final class ControlDesk {
    private static final Logger LOG = LoggerFactory.getLogger(ControlDesk.class);
    private static final long DRAIN_CHECK_MILLIS = 10;

    private final Traffic traffic;
    private final Listeners listeners;
    private final TableKeeper keeper;
    private final ScheduledExecutorService control;
    private final String transport;
    private volatile boolean frozen;

    public ControlDesk(
            Traffic traffic,
            Listeners listeners,
            TableKeeper keeper,
            ScheduledExecutorService control,
            String transport) {
        this.traffic = traffic;
        this.listeners = listeners;
        this.keeper = keeper;
        this.control = control;
        this.transport = transport;
    }

    /** Refuses changes of routes from now on, and writes the table for a successor. Completes when it is written. */
    public CompletableFuture<Void> freeze() {
        frozen = true;
        return CompletableFuture.runAsync(keeper::writeTable, control);
    }

    /** Accepts changes of routes again. */
    public void thaw() {
        frozen = false;
    }

    /** Whether changes of routes are refused. */
    public boolean isFrozen() {
        return frozen;
    }

    /** Answers a question on the control thread; not at all once the router ends. */
    void handle(Question question, Consumer<Answer> answer) {
        try {
            control.execute(() -> answer(question, answer));
        } catch (RejectedExecutionException e) {
            LOG.debug("too late for a question", e);
        }
    }

    private void answer(Question question, Consumer<Answer> answer) {
        try {
            if (question instanceof ControlMessage.Changed changed) {
                requireThawed();
                answer.accept(new Routed(changed.id(), keeper.apply(changed.version(), changed.app())));
            } else if (question instanceof ControlMessage.All all) {
                requireThawed();
                answer.accept(new Routed(all.id(), keeper.applyAll(all.version(), all.unwritten())));
            } else if (question instanceof ControlMessage.Table table) {
                requireThawed();
                answer.accept(put(table));
            } else if (question instanceof ControlMessage.Status) {
                answer.accept(new Done(question.id(), traffic.table().version(), null, status()));
            } else if (question instanceof ControlMessage.Drain drain) {
                long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(drain.limitMillis());
                checkDrain(drain, until, answer);
            } else if (question instanceof ControlMessage.Unknown unknown) {
                answer.accept(question.refused("the router does not know '" + unknown.kind() + "'"));
            }
        } catch (Refusal e) {
            answer.accept(question.refused(e.getMessage()));
        } catch (RuntimeException e) {
            LOG.error("a question of the agent failed", e);
            answer.accept(question.refused("the router failed; its log says why"));
        }
    }

    private void requireThawed() {
        if (frozen) {
            throw new Refusal("the router is handing over to its successor; try again");
        }
    }

    private Done put(ControlMessage.Table table) {
        List<AppRoute> routes = table.routes().stream().map(PortRoute::route).toList();
        return new Done(table.id(), table.version(), keeper.apply(table.version(), routes), null);
    }

    RouterStatus status() {
        return new RouterStatus(
                ProcessHandle.current().pid(),
                traffic.table().version(),
                List.copyOf(listeners.ports()),
                keeper.portErrors(),
                traffic.underWay(),
                transport,
                WantedTable.FILES);
    }

    private void checkDrain(ControlMessage.Drain question, long until, Consumer<Answer> answer) {
        boolean over = System.nanoTime() - until >= 0;
        if (over || (isIdle(question.endpoints()) && !keeper.isFollowed())) {
            answer.accept(new Done(question.id(), traffic.table().version()));
        } else {
            control.schedule(() -> checkDrain(question, until, answer), DRAIN_CHECK_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private boolean isIdle(List<Endpoint> endpoints) {
        for (Endpoint endpoint : endpoints) {
            Target target = traffic.table().target(endpoint);
            if (target != null && target.underWay() > 0) {
                return false;
            }
        }
        return true;
    }
}
