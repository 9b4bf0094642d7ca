package dev.tinyserv.agent.build;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Addresses that hold no secret: host names and IP addresses, with a port or without, and URLs of them with nothing but
 * plain words in their path. A user's name, a query, a fragment, or a path such as a webhook's may be a secret.
 */
final class PlainAddress {
    private static final int LONGEST = 300;
    private static final String LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
    private static final String OCTET = "(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)";
    private static final Pattern NAME = Pattern.compile("(?:" + LABEL + "\\.)+([a-z]{2,})");
    private static final Pattern IPV4 = Pattern.compile("(?:" + OCTET + "\\.){3}" + OCTET);
    private static final Pattern IPV6 = Pattern.compile("(?=.*::)[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}");
    private static final Pattern WITH_PORT = Pattern.compile("(.*?)(?::\\d{1,5})?");
    private static final Pattern URL = Pattern.compile(
            "[a-z][a-z0-9+.-]{1,20}://([^/?#@\\s]+)((?:/(?:[a-z]{1,16}(?:[-_.][a-z]{1,16}){0,3}|v?\\d{1,3}))*/?)");

    /** A name in the network of the machine or of a container, where it stands in a URL. */
    private static final Pattern SHORT_NAME = Pattern.compile("[a-z]{2,16}(?:-[a-z0-9]{1,16}){0,2}");

    /** Domains of countries, and those that people use most: another word behind a full stop may end a password. */
    private static final Set<String> TOP_LEVEL = Stream.concat(
                    Arrays.stream(Locale.getISOCountries()).map(code -> code.toLowerCase(Locale.ROOT)),
                    Stream.of(
                            "com",
                            "net",
                            "org",
                            "info",
                            "edu",
                            "gov",
                            "dev",
                            "app",
                            "cloud",
                            "eu",
                            "uk",
                            "local",
                            "localdomain",
                            "internal",
                            "lan",
                            "localhost",
                            "example",
                            "test",
                            "invalid"))
            .collect(Collectors.toUnmodifiableSet());

    private PlainAddress() {}

    /** Whether it is a host's name or address. */
    static boolean isHost(String text) {
        if (text.length() > LONGEST) {
            return false;
        }
        String host = withoutPort(text.toLowerCase(Locale.ROOT));
        Matcher name = NAME.matcher(host);
        return host.equals("localhost")
                || IPV4.matcher(host).matches()
                || IPV6.matcher(withoutBrackets(host)).matches()
                || (name.matches() && TOP_LEVEL.contains(name.group(1)));
    }

    /** Whether it is a URL that tells nothing but where something is. */
    static boolean isUrl(String text) {
        Matcher parts = text.length() > LONGEST ? null : URL.matcher(text);
        if (parts == null || !parts.matches()) {
            return false;
        }
        String authority = parts.group(1).toLowerCase(Locale.ROOT);
        return isHost(authority) || SHORT_NAME.matcher(withoutPort(authority)).matches();
    }

    private static String withoutPort(String text) {
        if (text.indexOf(':') != text.lastIndexOf(':') && !text.startsWith("[")) {
            return text;
        }
        Matcher parts = WITH_PORT.matcher(text);
        return parts.matches() ? parts.group(1) : text;
    }

    private static String withoutBrackets(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }
}
