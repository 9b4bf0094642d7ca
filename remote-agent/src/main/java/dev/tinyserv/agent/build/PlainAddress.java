package dev.tinyserv.agent.build;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Recognizes addresses that hold no secret: host names and IP addresses, with a port or without, and URLs of them whose
 * path has only a few usual words. A user, a query, a fragment, or a path such as a webhook's may be a secret.
 */
final class PlainAddress {
    private static final int LONGEST = 300;
    private static final String LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
    private static final String OCTET = "(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)";
    private static final Pattern NAME = Pattern.compile("(?:" + LABEL + "\\.)+([a-z]{2,})");
    private static final Pattern IPV4 = Pattern.compile("(?:" + OCTET + "\\.){3}" + OCTET);
    private static final Pattern IPV6 = Pattern.compile("(?=.*::)[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}");
    private static final Pattern WITH_PORT = Pattern.compile("(.*?)(?::\\d{1,5})?");
    private static final Pattern URL =
            Pattern.compile("(?<scheme>[a-z][a-z0-9+.-]{1,20})://(?<authority>[^/?#@\\s]+)(?<path>(?:/[^/?#@\\s]*)*)");

    /** A short name in the network of a machine or container, which counts only in a web URL, with its port. */
    private static final Pattern SHORT_NAME = Pattern.compile("[a-z]{2,16}(?:-[a-z0-9]{1,16}){0,2}:\\d{1,5}");

    private static final Pattern VERSION = Pattern.compile("v?\\d{1,3}");

    /** Words of paths that nobody uses as a password; any other word may be a name that opens something. */
    private static final Set<String> PATH_WORDS = words("""
            api apis auth authorize callback docs graphql health healthz images index.html jwks jwks.json login
            logout media npm oauth oauth2 packages ping pypi registry rest rpc simple static status token tokens
            userinfo .well-known openid-configuration www""");

    /** Top-level domains of countries, and those in wide use: any other word behind a full stop may end a password. */
    private static final Set<String> TOP_LEVEL = Stream.concat(
                    Arrays.stream(Locale.getISOCountries()).map(code -> code.toLowerCase(Locale.ROOT)),
                    words("""
            com net org info edu gov dev app cloud eu uk local localdomain internal lan localhost example test
            invalid""").stream())
            .collect(Collectors.toUnmodifiableSet());

    private PlainAddress() {}

    private static Set<String> words(String text) {
        return Set.of(text.split("\\s+", -1));
    }

    /** Whether the text is a host name or an IP address, with a port or without. */
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

    /** Whether the text is a URL that tells nothing but where something is. */
    static boolean isUrl(String text) {
        return isUrlOfHost(text)
                || isUrl(
                        text,
                        url -> url.group("scheme").matches("https?")
                                && SHORT_NAME.matcher(url.group("authority")).matches());
    }

    /** As {@link #isUrl}, but a short name such as that of a container does not count as a host. */
    static boolean isUrlOfHost(String text) {
        return isUrl(text, url -> isHost(url.group("authority")));
    }

    private static boolean isUrl(String text, Predicate<Matcher> isPlain) {
        Matcher url = URL.matcher(text);
        return text.length() <= LONGEST && url.matches() && isPlain.test(url) && isPlainPath(url.group("path"));
    }

    private static boolean isPlainPath(String path) {
        return Arrays.stream(path.split("/", -1))
                .allMatch(word -> word.isEmpty()
                        || PATH_WORDS.contains(word)
                        || VERSION.matcher(word).matches());
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
