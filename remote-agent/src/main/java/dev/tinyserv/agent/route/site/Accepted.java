package dev.tinyserv.agent.route.site;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The content codings that a client accepts: the value of {@code Accept-Encoding} (RFC 9110, section 12.5.3).
 *
 * @param value the value of the field; empty without one
 */
record Accepted(String value) {
    private static final Pattern ZERO = Pattern.compile("q=0(\\.0{0,3})?");

    /** Whether the value names the coding, without {@code q=0}. */
    boolean takes(String coding) {
        for (String part : value.toLowerCase(Locale.ROOT).split(",", -1)) {
            String[] parameters = part.split(";", -1);
            if (parameters[0].strip().equals(coding)) {
                return parameters.length < 2
                        || !ZERO.matcher(parameters[1].strip()).matches();
            }
        }
        return false;
    }
}
