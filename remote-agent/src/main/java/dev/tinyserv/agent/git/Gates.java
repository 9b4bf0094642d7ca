package dev.tinyserv.agent.git;

import dev.tinyserv.agent.app.AppName;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The gate of each repository. A gate outlives its repository, so that somebody who is still inside keeps it shut. */
final class Gates {
    private final Map<AppName, RepositoryGate> gates = new ConcurrentHashMap<>();

    RepositoryGate of(AppName app) {
        return gates.computeIfAbsent(app, name -> new RepositoryGate());
    }
}
