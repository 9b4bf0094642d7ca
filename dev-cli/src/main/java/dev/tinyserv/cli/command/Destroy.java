package dev.tinyserv.cli.command;

import dev.tinyserv.cli.output.Problem;
import dev.tinyserv.cli.output.SafeText;
import dev.tinyserv.cli.remote.Destination;
import dev.tinyserv.cli.remote.Request;
import dev.tinyserv.cli.remote.ServerAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Unmatched;

/** Destroys an app on the server and removes its git remote. */
@Command(
        name = "tinyserv apps:destroy",
        sortOptions = false,
        description = {"Destroy an app and remove its git remote (short: destroy)", ""},
        footer = {"", "Example:", "  tinyserv destroy -a myapp -c myapp"})
final class Destroy extends LocalVerb {
    @Mixin
    final AppOptions options = new AppOptions();

    @Option(
            names = {"-c", "--confirm"},
            paramLabel = "NAME",
            description = "The app's name, so that the verb does not ask")
    @Nullable
    String confirmation;

    /** Options for the server, which refuses those it does not know. */
    @Unmatched
    final List<String> more = new ArrayList<>();

    Destroy(Here here) {
        super(here);
    }

    @Override
    int run() {
        Destination destination = options.destination(here, true);
        String app = destination.requiredApp();
        confirm(app, destination.server());
        List<String> arguments = new ArrayList<>(List.of("apps:destroy", "-a", app, "-c", app));
        arguments.addAll(more);
        int status = here.server(destination.server()).call(Request.of(app, arguments));
        if (status == 0) {
            removeRemote(destination, app);
        }
        return status;
    }

    private void confirm(String app, ServerAddress server) {
        String whole = app + " on " + server;
        String typed = confirmation;
        if (typed == null) {
            typed = here.console().ask("This destroys " + whole + " with its releases. To go on, type its name:");
        }
        if (typed == null && !here.console().terminal().in()) {
            throw Problem.failed("this destroys " + whole + ", and there is nobody to confirm it: say -c " + app);
        }
        if (typed == null || !typed.equals(app)) {
            throw Problem.failed((typed == null ? "nothing" : SafeText.quoted(typed)) + " does not confirm " + app
                    + ": nothing was destroyed");
        }
    }

    private void removeRemote(Destination destination, String app) {
        String remote = destination.remote();
        if (destination.isReachedBy(here.git().pushUrls(remote), app)) {
            here.git().removeRemote(remote);
            here.console().note("Removed the git remote '" + remote + "'");
        }
    }
}
