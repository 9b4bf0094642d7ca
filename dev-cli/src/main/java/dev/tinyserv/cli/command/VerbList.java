package dev.tinyserv.cli.command;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** The list of all verbs. */
final class VerbList {
    private static final String ROW = "  %-18s %s%n";

    private final Here here;

    VerbList(Here here) {
        this.here = here;
    }

    int run() {
        StringBuilder text = new StringBuilder("""
                Usage: tinyserv VERB [OPTION…] [ARGUMENT…]

                Which server: with -r REMOTE, always the server of that git remote; else, for a
                verb about an app, the server of the git remote 'tinyserv' of this folder; else
                the server in TINYSERV_REMOTE (user@server, or localhost for this machine).
                Without TINYSERV_REMOTE, verbs about the server (`create`, `apps`, `keys:add` …)
                go to the server of the folder's remote, too. If the folder's remote and
                TINYSERV_REMOTE are two servers, or the remote cannot be read, a verb that
                changes an app is refused, and a verb that reads says which server it took.
                For `create` and `git:remote`, -r names the remote that they add.
                Which app: -a NAME, else that of the git remote.

                Here:
                """);
        Set<String> shown = new HashSet<>();
        for (LocalVerb verb : verbsHere()) {
            CommandSpec spec = new CommandLine(verb).getCommandSpec();
            String name = spec.name().substring("tinyserv ".length());
            shown.add(name);
            text.append(ROW.formatted(name, spec.usageMessage().description()[0]));
        }
        text.append(ROW.formatted("help", "Show this list, or the help of a VERB"));
        text.append("%nOn the server:%n".formatted());
        for (ServerVerb verb : ServerVerb.all()) {
            if (!shown.contains(verb.name())) {
                text.append(ROW.formatted(verb.name(), verb.listed()));
            }
        }
        here.console()
                .text(text.append("%nExample: tinyserv logs --help%n".formatted())
                        .toString());
        return 0;
    }

    private List<LocalVerb> verbsHere() {
        return new ArrayList<>(List.of(
                new Create(here),
                new Destroy(here),
                new Open(here),
                new Deploy(here),
                new GitRemoteVerb(here),
                new Version(here)));
    }
}
