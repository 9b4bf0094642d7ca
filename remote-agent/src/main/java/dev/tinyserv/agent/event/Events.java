package dev.tinyserv.agent.event;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Passes events to listeners, in the publisher's thread. Safe for several threads. */
public final class Events {
    private static final Logger LOG = LoggerFactory.getLogger(Events.class);

    private final List<Consumer<Event>> listeners = new CopyOnWriteArrayList<>();

    /** Adds a listener for all later events. It must be quick, and safe for several threads. */
    public void listen(Consumer<Event> listener) {
        listeners.add(listener);
    }

    /** Calls every listener. One that throws is logged, and the others are called. */
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
