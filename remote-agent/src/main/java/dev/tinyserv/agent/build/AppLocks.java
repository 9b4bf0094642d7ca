package dev.tinyserv.agent.build;

import dev.tinyserv.agent.app.AppName;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A lock for each app: what hangs with one app's lock held, such as a slow disk, holds up no other app. */
final class AppLocks {
    private final Map<AppName, Object> locks = new ConcurrentHashMap<>();

    Object of(AppName app) {
        return locks.computeIfAbsent(app, name -> new Object());
    }
}
