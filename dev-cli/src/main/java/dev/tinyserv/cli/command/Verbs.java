package dev.tinyserv.cli.command;

import dev.tinyserv.cli.output.Console;
import dev.tinyserv.cli.remote.Git;
import dev.tinyserv.cli.remote.Surroundings;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** All verbs: those that do something on this machine, and the server's, which are all others. */
public final class Verbs {
    private final Here here;

    /** The verbs, called in these surroundings by a user at this console. */
    public Verbs(Surroundings surroundings, Console console) {
        this.here = new Here(surroundings, new Git(surroundings), console);
    }

    /** Runs the verb in the arguments and returns the exit status. Throws a Problem when that fails. */
    public int run(List<String> arguments) {
        if (arguments.isEmpty()) {
            return new VerbList(here).run();
        }
        String verb = arguments.get(0);
        List<String> rest = arguments.subList(1, arguments.size());
        return switch (verb) {
            case "help", "-h", "--help" -> rest.isEmpty() ? new VerbList(here).run() : help(rest.get(0));
            case "version", "-V", "--version" -> version(rest);
            case "apps:create", "create" -> LocalVerb.run(new Create(here), rest);
            case "apps:destroy", "destroy" -> LocalVerb.run(new Destroy(here), rest);
            case "apps:open", "open" -> LocalVerb.run(new Open(here), rest);
            case "deploy" -> LocalVerb.run(new Deploy(here), rest);
            case "git:remote" -> LocalVerb.run(new GitRemoteVerb(here), rest);
            default -> forwarded(verb, arguments);
        };
    }

    private int help(String verb) {
        return verb.equals("help") || verb.startsWith("-") ? new VerbList(here).run() : run(List.of(verb, "--help"));
    }

    private int version(List<String> rest) {
        return LocalVerb.run(new Version(here), rest);
    }

    private int forwarded(String verb, List<String> arguments) {
        if (verb.startsWith("-")) {
            here.console().problem("the verb comes first: `tinyserv help` lists them");
            here.console().note("Usage: tinyserv VERB [OPTION…] [ARGUMENT…]");
            return 2;
        }
        boolean wantsHelp = arguments.size() == 2 && Set.of("-h", "--help").contains(arguments.get(1));
        String usage = wantsHelp ? ServerUsage.of(verb) : null;
        if (usage != null) {
            here.console().text(usage);
            return 0;
        }
        return new Forward(here).run(new ArrayList<>(arguments));
    }
}
