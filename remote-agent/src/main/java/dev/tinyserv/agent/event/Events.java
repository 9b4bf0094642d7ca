package dev.tinyserv.agent.event;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells listeners what happened, in the publisher's thread and in the order of publishing. Safe for several threads. */
public final class Events {
    private static final Logger LOG = LoggerFactory.getLogger(Events.class);

    private final List<Consumer<Event>> listeners = new CopyOnWriteArrayList<>();

    /** From now on the listener hears of every event; it must be quick. */
    public void listen(Consumer<Event> listener) {
        listeners.add(listener);
    }

    /** Tells every listener; one that fails keeps none of the others, nor the publisher, from going on. */
    public void publish(Event event) {
        for (Consumer<Event> listener : listeners) {
            try {
                listener.accept(event);
            } catch (RuntimeException e) {
                LOG.error("a listener failed on {}", event, e);
            }
        }
    }
}
