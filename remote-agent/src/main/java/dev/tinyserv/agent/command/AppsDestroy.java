package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.buildpacks.base.Refusal;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

final class AppsDestroy extends AppVerb {
    static final VerbDeclaration VERB = VerbDeclaration.changesApp(
                    "apps:destroy",
                    "Destroy an app and remove its git remote",
                    "Destroy an app with its repository, builds, releases and log, after asking for its name.")
            .shortName("destroy")
            .forAdmins("destroy apps")
            .example("tinyserv apps:destroy -a shop -c shop");

    private static final int NAME_LIMIT = 64;

    @Option(
            names = {"-c", "--confirm"},
            paramLabel = "NAME",
            description = "The app's name, so that the verb does not ask.")
    private @Nullable String confirmation;

    @Option(names = "--data", description = "Also delete what the app keeps across releases (data/NAME).")
    private boolean data;

    @Override
    Answer answer(Context context, AppName app) {
        String answer = confirmation != null ? confirmation : ask(context, app);
        if (!answer.equals(app.value())) {
            throw new Refusal("the name does not match; nothing was destroyed. Say -c " + app + " to destroy " + app);
        }
        return new Deed("Destroying " + app, transcript -> {
            context.services()
                    .apps()
                    .lifecycle()
                    .destroy(app, context.account(), data, transcript, context.cancellation());
            return Done.with(app);
        });
    }

    private static String ask(Context context, AppName app) {
        return context.call()
                .ask("This destroys " + app + " for good. Type its name to go on:", NAME_LIMIT)
                .orElseThrow(() -> new Refusal("the answer could not be read; say -c " + app));
    }
}
