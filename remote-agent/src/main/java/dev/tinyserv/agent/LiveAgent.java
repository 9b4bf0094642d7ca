package dev.tinyserv.agent;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.AppState;
import dev.tinyserv.agent.deploy.ProcessStatus;
import dev.tinyserv.agent.doctor.Live;
import dev.tinyserv.agent.route.control.RouterStatus;
import java.util.List;
import java.util.Optional;

/** What the doctor asks this agent. */
record LiveAgent(Stages stages, RouterQuestion question, boolean managed) implements Live {
    @Override
    public Optional<RouterStatus> router() {
        return question.ask();
    }

    @Override
    public List<AppState> apps() {
        return stages.apps().all();
    }

    @Override
    public List<ProcessStatus> instances(AppName app) {
        return stages.supervisor().statuses(app);
    }
}
