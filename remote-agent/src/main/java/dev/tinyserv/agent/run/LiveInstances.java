package dev.tinyserv.agent.run;

import dev.tinyserv.agent.app.AppName;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Every instance of which something may still run. */
final class LiveInstances {
    private final Map<String, Instance> byId = new ConcurrentHashMap<>();

    void add(Instance instance) {
        byId.put(instance.id(), instance);
    }

    void remove(Instance instance) {
        byId.remove(instance.id());
    }

    List<Instance> all() {
        return List.copyOf(byId.values());
    }

    List<Instance> of(AppName app) {
        return byId.values().stream()
                .filter(instance -> instance.app().equals(app))
                .toList();
    }
}
