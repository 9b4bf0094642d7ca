package dev.tinyserv.agent.doctor;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.AppState;
import dev.tinyserv.agent.deploy.ProcessStatus;
import dev.tinyserv.agent.route.control.RouterStatus;
import java.util.List;
import java.util.Optional;

/** What only a running agent knows. Safe for several threads. */
public interface Live {
    /** Whether systemd, rather than our keeper, restarts the agent. */
    boolean managed();

    /** The router's status; empty if the router does not answer. */
    Optional<RouterStatus> router();

    /** The desired state of every app, sorted by name. */
    List<AppState> apps();

    /** The state of the app's instances. */
    List<ProcessStatus> instances(AppName app);
}
