package dev.tinyserv.cli.command;

import dev.tinyserv.cli.remote.Wish;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a verb of the server is about, and whether it changes something. One that we do not know, because the server is
 * newer, is taken for one that changes an app.
 *
 * @param aboutApp whether it is about one app, rather than about the server
 * @param changes whether it changes something
 */
record VerbKind(boolean aboutApp, boolean changes) {
    /** The kind of a call: a verb about the server that is given an app is about that app; a dry run changes nothing. */
    static VerbKind of(List<String> arguments) {
        @Nullable ServerVerb verb = ServerVerb.find(arguments.get(0));
        int end = arguments.indexOf("--");
        List<String> options = arguments.subList(1, end < 1 ? arguments.size() : end);
        return new VerbKind(
                verb == null || verb.aboutApp() || namesApp(options),
                (verb == null || verb.changes()) && !options.contains("--dry-run"));
    }

    /** Where such a call is to go, if it names this git remote. */
    Wish wish(@Nullable String remote) {
        return new Wish(aboutApp, changes, null, remote);
    }

    private static boolean namesApp(List<String> options) {
        return options.stream()
                .anyMatch(option -> option.equals("--app") || option.startsWith("--app=") || option.startsWith("-a"));
    }
}
