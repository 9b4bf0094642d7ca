package dev.tinyserv.agent.route.control;

import dev.tinyserv.agent.app.Endpoint;
import dev.tinyserv.agent.route.handover.Predecessor;
import dev.tinyserv.agent.route.proxy.Listeners;
import dev.tinyserv.agent.route.proxy.Traffic;
import dev.tinyserv.agent.route.table.PortRoute;
import dev.tinyserv.agent.route.table.Target;
import dev.tinyserv.buildpacks.Refusal;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does what the agent asks, one thing after the other on the control thread. */
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
    private volatile Predecessor predecessor = Predecessor.NONE;

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

    /** No table is taken from now on, because a successor reads the one that was kept. */
    public void freeze(boolean now) {
        frozen = now;
    }

    /** Drains wait for this process too, because it may have requests under way to the same targets. */
    public void follows(Predecessor former) {
        predecessor = former;
    }

    /** Answers a question, now or later, on any thread. */
    void handle(ControlMessage question, Consumer<ControlMessage> answer) {
        try {
            control.execute(() -> answer(question, answer));
        } catch (RejectedExecutionException e) {
            LOG.debug("too late for a question", e);
        }
    }

    private void answer(ControlMessage question, Consumer<ControlMessage> answer) {
        try {
            switch (question.kind()) {
                case ControlMessage.TABLE -> answer.accept(table(question));
                case ControlMessage.STATUS ->
                    answer.accept(question.done(traffic.table().version(), null, status()));
                case ControlMessage.DRAIN -> drain(question, answer);
                default -> answer.accept(question.refused("the router does not know '" + question.kind() + "'"));
            }
        } catch (Refusal e) {
            answer.accept(question.refused(e.getMessage()));
        } catch (RuntimeException e) {
            LOG.error("a question of the agent failed", e);
            answer.accept(question.refused("the router failed; its log says why"));
        }
    }

    private ControlMessage table(ControlMessage question) {
        List<PortRoute> routes = question.routes();
        if (frozen) {
            throw new Refusal("the router is handing over to its successor; try again");
        }
        Map<Integer, String> errors = keeper.apply(
                question.version(),
                routes == null
                        ? List.of()
                        : routes.stream().map(PortRoute::route).toList());
        return question.done(question.version(), errors, null);
    }

    RouterStatus status() {
        return new RouterStatus(
                ProcessHandle.current().pid(),
                traffic.table().version(),
                List.copyOf(listeners.ports()),
                keeper.portErrors(),
                traffic.underWay(),
                transport);
    }

    private void drain(ControlMessage question, Consumer<ControlMessage> answer) {
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(question.limitMillis());
        List<Endpoint> endpoints = question.endpoints();
        checkDrain(question, endpoints == null ? List.of() : endpoints, until, answer);
    }

    private void checkDrain(
            ControlMessage question, List<Endpoint> endpoints, long until, Consumer<ControlMessage> answer) {
        boolean over = System.nanoTime() - until >= 0;
        if (over || (isIdle(endpoints) && !predecessor.isAlive())) {
            answer.accept(question.done(traffic.table().version(), null, null));
        } else {
            control.schedule(
                    () -> checkDrain(question, endpoints, until, answer), DRAIN_CHECK_MILLIS, TimeUnit.MILLISECONDS);
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
