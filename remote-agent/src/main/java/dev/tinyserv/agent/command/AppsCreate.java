package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.AppState;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "apps:create",
        aliases = "create",
        description = "Create an app with a git repository and a port of its own.",
        footer = "%nExample:%n  tinyserv create shop")
final class AppsCreate extends Verb {
    @Parameters(paramLabel = "NAME", description = "The app's name.")
    private String name = "";

    @Option(names = "--json", description = "Print an object with name, port, url and repository.")
    private boolean json;

    @Override
    void run(Context context) {
        AppName app = new AppName(name);
        if (json) {
            AppState created = create(context, app);
            context.console().json(AppSummary.of(context, created));
            return;
        }
        Quiet.run(context.console(), "Creating " + app, transcript -> {
            AppState created = create(context, app);
            return "done, " + context.urlOf(created.port());
        });
    }

    private static AppState create(Context context, AppName app) {
        return context.services().lifecycle().create(app, context.account(), line -> {}, context.cancellation());
    }
}
