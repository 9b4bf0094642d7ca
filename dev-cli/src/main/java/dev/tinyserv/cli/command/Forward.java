package dev.tinyserv.cli.command;

import dev.tinyserv.cli.output.Problem;
import dev.tinyserv.cli.remote.Destination;
import dev.tinyserv.cli.remote.Request;
import dev.tinyserv.cli.remote.Wish;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Passes a verb to the server as it was typed, but for {@code -r}: the server does not know the git remotes here. Loads
 * no option parser, so that a call costs little.
 */
final class Forward {
    private final Here here;

    Forward(Here here) {
        this.here = here;
    }

    int run(List<String> arguments) {
        String remote = takeRemote(arguments);
        Destination destination = here.destinations().of(wish(arguments, remote));
        Request request = new Request(arguments, destination.app(), wantsInput(arguments));
        return here.server(destination.server()).call(request);
    }

    /**
     * The wish of a call. A verb about the server that names an app is about that app, and a dry run changes nothing.
     * An unknown verb, of a newer server, counts as one that changes an app.
     */
    private static Wish wish(List<String> arguments, @Nullable String remote) {
        @Nullable ServerVerb verb = ServerVerb.find(arguments.get(0));
        int end = arguments.indexOf("--");
        List<String> options = arguments.subList(1, end < 1 ? arguments.size() : end);
        boolean namesApp = options.stream()
                .anyMatch(option -> option.equals("--app") || option.startsWith("--app=") || option.startsWith("-a"));
        boolean changes = (verb == null || verb.changes()) && !options.contains("--dry-run");
        return new Wish(verb == null || verb.aboutApp() || namesApp, changes, null, remote);
    }

    private static @Nullable String takeRemote(List<String> arguments) {
        int end = arguments.indexOf("--");
        for (int i = 1; i < (end < 0 ? arguments.size() : end); i++) {
            String argument = arguments.get(i);
            if (argument.startsWith("--remote=") || argument.startsWith("-r=")) {
                arguments.remove(i);
                return argument.substring(argument.indexOf('=') + 1);
            }
            if (argument.equals("--remote") || argument.equals("-r")) {
                if (i + 1 == arguments.size()) {
                    throw Problem.usage(argument + " needs the name of a git remote: see `git remote`");
                }
                arguments.remove(i);
                return arguments.remove(i);
            }
            if (argument.startsWith("-r") && argument.length() > 2) {
                arguments.remove(i);
                return argument.substring(2);
            }
        }
        return null;
    }

    private boolean wantsInput(List<String> arguments) {
        for (String argument : arguments) {
            if (argument.equals("-") || isVariableFromInput(argument)) {
                return true;
            }
        }
        @Nullable ServerVerb verb = ServerVerb.find(arguments.get(0));
        return verb != null && verb.takesInput() && !here.console().terminal().in();
    }

    private static boolean isVariableFromInput(String argument) {
        return argument.endsWith("=-") && argument.indexOf('=') == argument.length() - 2 && argument.charAt(0) != '-';
    }
}
