package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.AppState;
import dev.tinyserv.agent.deploy.ProcessStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

final class PsList extends AppVerb {
    static final VerbDeclaration VERB = VerbDeclaration.readsApp(
                    "ps", "List the processes of an app", "List an app's running processes.")
            .by(Who.APP_USER)
            .json("Print an array with name, type, state, pid, port, release, since, restarts and lastExit.")
            .example("tinyserv ps -a shop --json");

    @Override
    Answer answer(Context context, AppName app) {
        List<ProcessStatus> instances = context.services().running().instances().statuses(app);
        return new ProcessList(instances, () -> whyNone(context, app));
    }

    private static String whyNone(Context context, AppName app) {
        AppState state = context.services().apps().registry().get(app);
        String summary = AppSummary.of(context, state).state();
        return app + " runs nothing: "
                + (summary.equals("up") ? "the router serves its files." : "it is " + summary + ".");
    }

    /** Processes; if there are none, people read why. */
    private record ProcessList(List<ProcessStatus> instances, Supplier<String> whyNone) implements Facts {
        @Override
        public Object data() {
            return instances;
        }

        @Override
        public Text text(Instant now) {
            if (instances.isEmpty()) {
                return new Text().line(whyNone.get());
            }
            return new Text()
                    .table(instances.stream()
                            .map(instance -> List.of(
                                    instance.name().toString(),
                                    instance.state().toString(),
                                    instance.release(),
                                    Ago.of(instance.since(), now),
                                    detailOf(instance)))
                            .toList());
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
}
