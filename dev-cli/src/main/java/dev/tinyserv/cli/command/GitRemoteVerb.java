package dev.tinyserv.cli.command;

import dev.tinyserv.cli.output.Problem;
import dev.tinyserv.cli.remote.Destination;
import dev.tinyserv.cli.remote.GitRemote;
import dev.tinyserv.cli.remote.Request;
import dev.tinyserv.cli.remote.Server;
import dev.tinyserv.cli.remote.ServerAddress;
import dev.tinyserv.cli.remote.Wish;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Adds the git remote of an app that is there already. */
@Command(
        name = "tinyserv git:remote",
        sortOptions = false,
        description = {"Add the git remote of an app that is there already", ""},
        footer = {"", "Example:", "  tinyserv git:remote -a myapp"})
final class GitRemoteVerb extends LocalVerb {
    @Option(
            names = {"-a", "--app"},
            required = true,
            paramLabel = "NAME",
            description = "The app")
    String app = "";

    @Option(
            names = {"-r", "--remote"},
            paramLabel = "REMOTE",
            description = "The name of the git remote (default: tinyserv); an existing remote stays on its server")
    @Nullable
    String named;

    GitRemoteVerb(Here here) {
        super(here);
    }

    @Override
    int run() {
        String remote = named == null ? GitRemote.DEFAULT_NAME : Destination.checkedName(named);
        boolean isThere = here.destinations().existing(remote) != null;
        Destination destination = here.destinations().of(new Wish(isThere, true, app, isThere ? named : null));
        ServerAddress address = destination.server();
        String name = destination.requiredApp();
        if (here.git().workTree() == null) {
            throw Problem.failed("not a git repository: run `git init` first");
        }
        Server.Answer answer = here.server(address).ask(Request.of(name, List.of("apps:info", "-a", name, "--json")));
        if (answer.status() != 0) {
            return answer.status();
        }
        String pushUrl = AppInfo.parse(answer.text(), name).addRemote(here, address, remote);
        here.console().line("The git remote '" + remote + "' is " + pushUrl);
        return 0;
    }
}
