package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.event.LogContext;
import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.base.Refusal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A verb about one app. */
abstract class AppVerb extends Verb {
    @Option(
            names = {"-a", "--app"},
            paramLabel = "NAME",
            description = "The app; by default that of the git remote.")
    private @Nullable String app;

    @Override
    final Optional<AppName> app(Context context) {
        return Optional.of(named(context));
    }

    private AppName named(Context context) {
        String among = appAmongTheWords();
        if (app != null && among != null && !app.equals(among)) {
            throw Refusal.usage(
                    "which app? -a names " + Printable.shortened(app, 70) + ", and the words name " + among);
        }
        return context.appOr(among == null ? app : among);
    }

    /** An app that the verb's own words name where no option does; null for none. */
    @Nullable
    String appAmongTheWords() {
        return null;
    }

    @Override
    final Answer answer(Context context) {
        AppName named = named(context);
        context.appState(named);
        LogContext.app(named);
        return answer(context, named);
    }

    /** Answers a call about an app that exists. */
    abstract Answer answer(Context context, AppName app);
}
