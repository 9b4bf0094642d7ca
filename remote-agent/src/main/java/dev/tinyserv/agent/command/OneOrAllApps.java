package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A verb about one named app, or about all apps that the caller may use. */
abstract class OneOrAllApps extends Verb {
    @Option(
            names = {"-a", "--app"},
            paramLabel = "NAME",
            description = "Only this app.")
    private @Nullable String app;

    @Override
    final Optional<AppName> app(Context context) {
        return Optional.ofNullable(app).map(AppName::new);
    }

    /** The apps of the call. Throws a {@link dev.tinyserv.buildpacks.base.Refusal} if a named one is not there. */
    final List<AppName> apps(Context context) {
        return app(context).map(name -> List.of(context.appState(name).app())).orElseGet(context::ownApps);
    }
}
