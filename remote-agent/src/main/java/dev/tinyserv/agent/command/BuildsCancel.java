package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.buildpacks.base.Refusal;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

final class BuildsCancel extends AppVerb {
    static final VerbDeclaration VERB = VerbDeclaration.changesApp(
                    "builds:cancel",
                    "Cancel the builds that are under way",
                    "Cancel the app's builds that are under way or wait; whoever pushed reads who cancelled.")
            .by(Who.APP_USER)
            .example("tinyserv builds:cancel");

    @Override
    Answer answer(Context context, AppName app) {
        List<Integer> cancelled = context.services()
                .builds()
                .history()
                .cancel(app, "by " + context.account().name() + " with builds:cancel");
        if (cancelled.isEmpty()) {
            throw new Refusal("no build of " + app + " is under way");
        }
        return new Cancelled(app.value(), cancelled);
    }

    /** Builds that were cancelled. */
    private record Cancelled(String app, List<Integer> builds) implements Facts {
        @Override
        public Text text(Instant now) {
            String numbers = builds.stream().map(String::valueOf).collect(Collectors.joining(", "));
            return new Text().line("Cancelled build " + numbers + " of " + app);
        }
    }
}
