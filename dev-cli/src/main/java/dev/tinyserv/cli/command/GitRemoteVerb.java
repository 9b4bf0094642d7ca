package dev.tinyserv.cli.command;

import dev.tinyserv.cli.output.Problem;
import dev.tinyserv.cli.remote.Destination;
import dev.tinyserv.cli.remote.GitRemote;
import dev.tinyserv.cli.remote.Request;
import dev.tinyserv.cli.remote.Server;
import dev.tinyserv.cli.remote.ServerAddress;
import java.util.List;
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
            description = "The name of the git remote (default: tinyserv)")
    String remote = GitRemote.DEFAULT_NAME;

    GitRemoteVerb(Here here) {
        super(here);
    }

    @Override
    int run() {
        ServerAddress address = here.surroundings().requiredServer();
        String name = new Destination(address, app, Destination.checkedName(remote)).requiredApp();
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
