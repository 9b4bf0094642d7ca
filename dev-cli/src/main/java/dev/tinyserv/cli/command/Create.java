package dev.tinyserv.cli.command;

import dev.tinyserv.cli.output.Problem;
import dev.tinyserv.cli.output.SafeText;
import dev.tinyserv.cli.remote.Destination;
import dev.tinyserv.cli.remote.GitRemote;
import dev.tinyserv.cli.remote.LocalAgent;
import dev.tinyserv.cli.remote.Request;
import dev.tinyserv.cli.remote.Server;
import dev.tinyserv.cli.remote.ServerAddress;
import dev.tinyserv.cli.remote.Wish;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Creates an app on the server and the git remote that deploys it. */
@Command(
        name = "tinyserv apps:create",
        sortOptions = false,
        description = {"Create an app and the git remote that deploys it (short: create)", ""},
        footer = {"", "Example:", "  tinyserv create myapp && git push tinyserv main"})
final class Create extends LocalVerb {
    @Parameters(arity = "0..1", paramLabel = "NAME", description = "The app (default: the name of the folder)")
    @Nullable
    String name;

    @Option(
            names = {"-a", "--app"},
            paramLabel = "NAME",
            description = "The same as NAME")
    @Nullable
    String app;

    @Option(
            names = {"-r", "--remote"},
            paramLabel = "REMOTE",
            description = "The name of the git remote (default: tinyserv)")
    String remote = GitRemote.DEFAULT_NAME;

    Create(Here here) {
        super(here);
    }

    @Override
    int run() {
        ServerAddress address =
                here.destinations().of(new Wish(false, true, null, null)).server();
        Path folder = here.git().workTree();
        if (folder == null) {
            throw Problem.failed("not a git repository: run `git init` first");
        }
        checkRemoteIsFree();
        String chosen = chosenName(folder);
        if (address.local()) {
            // Before anything is created: git will need it as well.
            new LocalAgent(here.surroundings()).program();
        }
        Server.Answer answer = here.server(address).ask(Request.of(null, List.of("apps:create", chosen, "--json")));
        return answer.status() == 0 ? created(chosen, answer.text(), address) : answer.status();
    }

    private int created(String chosen, String json, ServerAddress address) {
        try {
            AppInfo info = AppInfo.parse(json, chosen);
            String pushUrl = info.addRemote(here, address, remote);
            here.console().line("Creating " + chosen + "... done");
            here.console().line(info.url() + " | " + pushUrl);
            return 0;
        } catch (Problem e) {
            throw Problem.failed(chosen + " was created, but not the git remote '" + remote + "'; try `tinyserv"
                    + " git:remote -a " + chosen + "`: " + e.getMessage());
        }
    }

    private void checkRemoteIsFree() {
        List<String> urls = here.git().pushUrls(Destination.checkedName(remote));
        if (!urls.isEmpty()) {
            throw Problem.failed("the git remote '" + remote + "' is there already (" + SafeText.quotedUrl(urls.get(0))
                    + "): remove it with `git remote remove " + remote + "`, or name another with -r");
        }
    }

    private String chosenName(Path folder) {
        String given = name == null ? app : name;
        Path last = folder.getFileName();
        String chosen = given == null ? fromFolder(last == null ? "" : last.toString()) : given;
        if (!GitRemote.isAppName(chosen)) {
            throw Problem.usage(SafeText.quoted(chosen) + " is no app name: use a lower-case letter, then up to 29"
                    + " lower-case letters, digits or '-', as in `tinyserv create myapp`");
        }
        return chosen;
    }

    private static String fromFolder(String folder) {
        String name =
                folder.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceFirst("^[^a-z]+", "");
        return name.substring(0, Math.min(name.length(), 30)).replaceFirst("-+$", "");
    }
}
