package dev.tinyserv.cli.command;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A verb of the server, for use without a server: a line of verbs.txt, which is made of the server's declarations. A
 * newer server may know more verbs.
 *
 * @param shortName its short name; empty if it has none
 * @param aboutApp whether it is about one app, rather than about the server
 * @param changes whether it changes something
 * @param takesInput whether it reads its input although no argument says so
 * @param brief what it does, in a few words
 */
record ServerVerb(String name, String shortName, boolean aboutApp, boolean changes, boolean takesInput, String brief) {
    private static final String NONE = "-";

    /** All verbs in verbs.txt, in its order. */
    static List<ServerVerb> all() {
        List<ServerVerb> verbs = new ArrayList<>();
        for (String line : Resource.text("verbs.txt").split("\n", -1)) {
            if (!line.isEmpty()) {
                verbs.add(parse(line));
            }
        }
        return verbs;
    }

    /** The verb with this name or short name; null for none. Every call comes here, so it uses no lambdas. */
    static @Nullable ServerVerb find(String name) {
        for (ServerVerb verb : all()) {
            if (name.equals(verb.name) || (name.equals(verb.shortName) && !name.isEmpty())) {
                return verb;
            }
        }
        return null;
    }

    private static ServerVerb parse(String line) {
        String[] columns = line.split("\t", 6);
        return new ServerVerb(
                columns[0],
                columns[1].equals(NONE) ? "" : columns[1],
                columns[2].equals("app"),
                columns[3].equals("changes"),
                columns[4].equals("input"),
                columns[5]);
    }

    /** What it does, and its short name. */
    String listed() {
        return brief + (shortName.isEmpty() ? "" : " (short: " + shortName + ")");
    }
}
