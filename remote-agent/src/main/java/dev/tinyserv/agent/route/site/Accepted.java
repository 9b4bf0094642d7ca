package dev.tinyserv.agent.route.site;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What a client says of the forms that it takes: the value of an Accept-Encoding (RFC 9110, section 12.5.3).
 *
 * @param value empty if it says nothing
 */
record Accepted(String value) {
    private static final Pattern ZERO = Pattern.compile("q=0(\\.0{0,3})?");

    /** Whether it names the coding, and does not say that it would rather have nothing. */
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
