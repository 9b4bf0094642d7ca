package dev.tinyserv.cli.command;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How the server's verbs are used, for those who have no server at hand: usage.txt, where a section begins with
 * {@code "# "} and the verb's names.
 */
final class ServerUsage {
    private ServerUsage() {}

    /** The help of a verb, or null when it is not one that we know; a newer server may know more. */
    static @Nullable String of(String verb) {
        for (String section : Resource.text("usage.txt").split("(?m)^# ", -1)) {
            int end = section.indexOf('\n');
            if (end >= 0
                    && Arrays.asList(section.substring(0, end).split(" ", -1)).contains(verb)) {
                return section.substring(end + 1);
            }
        }
        return null;
    }
}
