package dev.tinyserv.agent.build;

import dev.tinyserv.agent.app.AppName;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** One lock for each app, so that work that hangs with a lock held, such as on a slow disk, holds up no other app. */
final class AppLocks {
    private final Map<AppName, Object> locks = new ConcurrentHashMap<>();

    Object of(AppName app) {
        return locks.computeIfAbsent(app, name -> new Object());
    }
}
