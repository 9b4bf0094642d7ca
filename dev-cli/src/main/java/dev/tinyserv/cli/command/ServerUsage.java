package dev.tinyserv.cli.command;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The helps of the server's verbs, for use without a server: usage.txt, where a section begins with {@code "# "} and
 * the verb's names.
 */
final class ServerUsage {
    private ServerUsage() {}

    /** The help of a verb, or null for an unknown one; a newer server may know more. */
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
