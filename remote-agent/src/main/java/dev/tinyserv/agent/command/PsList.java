package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.AppState;
import dev.tinyserv.agent.deploy.ProcessStatus;
import java.util.ArrayList;
import java.util.List;

final class PsList extends AppVerb {
    static final VerbDeclaration VERB = VerbDeclaration.readsApp(
                    "ps", "List the processes of an app", "List an app's running processes.")
            .by(Who.APP_USER)
            .json("Print an array with name, type, state, pid, port, release, since, restarts and lastExit.")
            .example("tinyserv ps -a shop --json");

    @Override
    Answer answer(Context context, AppName app) {
        return new Listing<>(
                context.services().running().instances().statuses(app),
                () -> whyNone(context, app),
                (instance, now) -> List.of(
                        instance.name().toString(),
                        instance.state().toString(),
                        instance.release(),
                        Ago.of(instance.since(), now),
                        detailOf(instance)));
    }

    private static String whyNone(Context context, AppName app) {
        AppState state = context.appState(app);
        String summary = AppSummary.of(context, state).state();
        return app + " runs nothing: "
                + (summary.equals("up") ? "the router serves its files." : "it is " + summary + ".");
    }

    private static String detailOf(ProcessStatus instance) {
        List<String> details = new ArrayList<>();
        if (instance.pid() != null) {
            details.add("pid " + instance.pid());
        }
        if (instance.port() != null) {
            details.add("port " + instance.port());
        }
        if (instance.restarts() > 0) {
            details.add(instance.restarts() + (instance.restarts() == 1 ? " restart" : " restarts"));
        }
        if (instance.lastExit() != null) {
            details.add("last exit status " + instance.lastExit());
        }
        return String.join(", ", details);
    }
}
