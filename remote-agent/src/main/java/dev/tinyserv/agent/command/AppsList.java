package dev.tinyserv.agent.command;

import java.time.Instant;
import java.util.List;

final class AppsList extends Verb {
    static final VerbDeclaration VERB = VerbDeclaration.readsServer("apps", "List the apps", "List the apps.")
            .by(Who.ANYBODY)
            .json("Print an array with name, port and state.")
            .example("tinyserv apps --json");

    @Override
    Answer answer(Context context) {
        return new AppList(context.services().apps().registry().all().stream()
                .filter(app -> context.account().mayUse(app.app()))
                .map(app -> AppSummary.inList(context, app))
                .toList());
    }

    /** Apps, each at a glance. */
    private record AppList(List<AppSummary> apps) implements Facts {
        @Override
        public Object data() {
            return apps;
        }

        @Override
        public Text text(Instant now) {
            if (apps.isEmpty()) {
                return new Text().line("There are no apps yet; `tinyserv create` makes one.");
            }
            return new Text()
                    .table(apps.stream()
                            .map(app -> List.of(app.name(), app.state(), app.release(), app.urlOr(AppSummary.NO_URL)))
                            .toList());
        }
    }
}
