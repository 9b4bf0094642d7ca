package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.AppState;
import java.time.Instant;
import picocli.CommandLine.Parameters;

final class AppsCreate extends Verb {
    static final VerbDeclaration VERB = VerbDeclaration.changesServer(
                    "apps:create",
                    "Create an app and the git remote that deploys it",
                    "Create an app with a git repository and a port of its own.")
            .shortName("create")
            .forAdmins("create apps")
            .json("Print the same object as apps:info.")
            .example("tinyserv create shop");

    @Parameters(paramLabel = "NAME", description = "The app's name.")
    private String name = "";

    @Override
    Answer answer(Context context) {
        AppName app = new AppName(name);
        return new Deed("Creating " + app, transcript -> {
            AppState created = context.services()
                    .apps()
                    .lifecycle()
                    .create(app, context.account(), line -> {}, context.cancellation());
            return new Created(AppSummary.of(context, created));
        });
    }

    /** A new app. */
    private record Created(AppSummary app) implements Facts {
        @Override
        public Object data() {
            return app;
        }

        @Override
        public Text text(Instant now) {
            return new Text().line("done, " + app.urlOr(AppSummary.NO_URL));
        }
    }
}
