package dev.tinyserv.cli.command;

import dev.tinyserv.cli.output.Problem;
import dev.tinyserv.cli.remote.Destination;
import dev.tinyserv.cli.remote.Request;
import dev.tinyserv.cli.remote.Server;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Opens an app in the browser. */
@Command(
        name = "tinyserv apps:open",
        sortOptions = false,
        description = {"Open an app in the browser and print its URL (short: open)", ""},
        footer = {"", "Example:", "  tinyserv open -a myapp"})
final class Open extends LocalVerb {
    @Mixin
    final AppOptions options = new AppOptions();

    Open(Here here) {
        super(here);
    }

    @Override
    int run() {
        Destination destination = options.destination(here, false);
        String app = destination.requiredApp();
        Server.Answer answer =
                here.server(destination.server()).ask(Request.of(app, List.of("apps:info", "-a", app, "--json")));
        if (answer.status() != 0) {
            return answer.status();
        }
        String url = AppInfo.parse(answer.text(), app).url();
        if (url == null) {
            throw Problem.failed(
                    app + " has no web process, and so no URL; `tinyserv ps -a " + app + "` shows what runs");
        }
        here.console().line(url);
        new Browser(here.surroundings()).open(url);
        return 0;
    }
}
