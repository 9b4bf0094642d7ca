package dev.tinyserv.agent.ssh;

import java.util.Map;
import java.util.regex.Pattern;

/**
 * The variables that a client may send (RFC 4254, section 6.4), and what they may hold. Other servers have been
 * attacked by variables that a client chose.
 */
final class CallerEnvironment {
    private static final Map<String, Pattern> ACCEPTED = Map.of(
            "GIT_PROTOCOL", Pattern.compile("version=[0-2](:[a-z0-9=:._-]{0,90})?"),
            "LANG", Pattern.compile("[A-Za-z0-9_.@-]{1,60}"),
            "TERM", Pattern.compile("[A-Za-z0-9_.+-]{1,60}"));

    private CallerEnvironment() {}

    /** Whether a command may see this variable with this value. */
    static boolean accepts(String name, String value) {
        Pattern valid = ACCEPTED.get(name);
        return valid != null && valid.matcher(value).matches();
    }
}
