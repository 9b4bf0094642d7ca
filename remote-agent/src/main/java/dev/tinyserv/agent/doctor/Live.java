package dev.tinyserv.agent.doctor;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.AppState;
import dev.tinyserv.agent.deploy.ProcessStatus;
import dev.tinyserv.agent.route.control.RouterStatus;
import java.util.List;
import java.util.Optional;

/** What only a running agent knows. */
public interface Live {
    /** Whether systemd, rather than our keeper, restarts the agent. */
    boolean managed();

    /** The router as it says it is; empty if it does not answer. */
    Optional<RouterStatus> router();

    /** What every app should be, by name. */
    List<AppState> apps();

    /** The app's processes. */
    List<ProcessStatus> instances(AppName app);
}
