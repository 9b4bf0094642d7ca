package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.buildpacks.base.Refusal;
import java.time.Instant;

final class AppsOpen extends AppVerb {
    static final VerbDeclaration VERB = VerbDeclaration.readsApp(
                    "apps:open",
                    "Open an app in the browser and print its URL",
                    "Print the app's URL; on a developer's machine, open it in the browser.")
            .shortName("open")
            .by(Who.APP_USER)
            .example("tinyserv open");

    @Override
    Answer answer(Context context, AppName app) {
        String url = AppSummary.urlOf(
                context, context.appState(app), context.releases().current(app));
        if (url == null) {
            throw new Refusal(app + " has no web process, and so no URL; `ps -a " + app + "` shows what runs");
        }
        return new Address(app.value(), url);
    }

    /** Where an app answers. */
    private record Address(String app, String url) implements Facts {
        @Override
        public Text text(Instant now) {
            return new Text().line(url);
        }
    }
}
