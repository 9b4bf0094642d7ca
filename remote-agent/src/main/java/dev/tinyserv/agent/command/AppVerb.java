package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.event.LogContext;
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
    final void run(Context context) {
        AppName named = context.appOr(app);
        LogContext.app(named);
        run(context, named);
    }

    abstract void run(Context context, AppName app);
}
