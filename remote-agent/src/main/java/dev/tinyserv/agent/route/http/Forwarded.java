package dev.tinyserv.agent.route.http;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The value of a {@code Forwarded} field (RFC 7239, section 4): elements separated by commas, the nearest hop's last,
 * each of pairs separated by semicolons.
 *
 * @param text the value; empty if there is none, or if it is ambiguous
 * @param lastProto the scheme in the nearest element; null for none
 * @param lastHost the host in the nearest element; null for none
 * @param hops the {@code for} of each element, the nearest last, IPv6 without brackets; at most {@value #MOST_HOPS},
 *     and none before an element without one
 */
record Forwarded(
        String text, @Nullable String lastProto, @Nullable String lastHost, List<String> hops) {
    /** Keeps the head for the app from growing much longer than the received one. */
    private static final int MOST_HOPS = 32;

    private static final Forwarded NONE = new Forwarded("", null, null, List.of());
    private static final Pattern NODE = Pattern.compile("[A-Za-z0-9._:\\[\\]%-]{1,64}");
    private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]{0,15}");

    boolean isEmpty() {
        return text.isEmpty();
    }

    /** Whether the text can name a hop: an address, with or without a port, or a name. */
    static boolean isNode(String value) {
        return NODE.matcher(value).matches();
    }

    static Forwarded parse(String value) {
        return new Parser(value).parse();
    }

    /** Parses the value in one pass. */
    private static final class Parser {
        private final String value;
        private int at;
        private int end;
        private boolean inNextElement;
        private final List<String> hops = new ArrayList<>();
        private final Set<String> names = new HashSet<>();
        private @Nullable String proto;
        private @Nullable String host;
        private @Nullable String node;

        Parser(String value) {
            this.value = value;
        }

        Forwarded parse() {
            int start = -1;
            while (at < value.length()) {
                char c = value.charAt(at);
                if (c == ',' || c == ';' || Octets.isBlank((byte) c)) {
                    inNextElement |= c == ',';
                    at++;
                } else {
                    start = start < 0 ? at : start;
                    if (!readPair() || !isAtEndOfPair()) {
                        return NONE;
                    }
                }
            }
            if (start < 0) {
                return NONE;
            }
            endElement();
            List<String> nearest = hops.subList(Math.max(0, hops.size() - MOST_HOPS), hops.size());
            return new Forwarded(value.substring(start, end), proto, host, List.copyOf(nearest));
        }

        /** Ends an element. Without a {@code for}, the elements before it cannot be trusted, and are dropped. */
        private void endElement() {
            if (node == null) {
                hops.clear();
            } else {
                hops.add(node);
            }
        }

        private boolean readPair() {
            if (inNextElement) {
                endElement();
                proto = null;
                host = null;
                node = null;
                names.clear();
                inNextElement = false;
            }
            String name = readToken(false);
            if (!names.add(name.toLowerCase(Locale.ROOT))) {
                return false; // it occurs once in an element
            }
            if (name.isEmpty() || at >= value.length() || value.charAt(at) != '=') {
                return false;
            }
            at++;
            boolean quoted = at < value.length() && value.charAt(at) == '"';
            String said = quoted ? readQuoted() : readToken(true);
            take(name, said);
            end = at;
            return !said.isEmpty();
        }

        private void take(String name, String said) {
            if (name.equalsIgnoreCase("proto") && SCHEME.matcher(said).matches()) {
                proto = said;
            } else if (name.equalsIgnoreCase("host") && HostName.isValid(said)) {
                host = said;
            } else if (name.equalsIgnoreCase("for")) {
                boolean bare = said.startsWith("[") && said.endsWith("]");
                node = isNode(said) ? (bare ? said.substring(1, said.length() - 1) : said) : null;
            }
        }

        /** Also takes addresses of IPv6 or with a port, which should be in quotes and often are not. */
        private String readToken(boolean takesAddress) {
            int start = at;
            while (at < value.length()
                    && (Octets.isToken((byte) value.charAt(at))
                            || (takesAddress && ":[]".indexOf(value.charAt(at)) >= 0))) {
                at++;
            }
            return value.substring(start, at);
        }

        private String readQuoted() {
            StringBuilder text = new StringBuilder();
            for (at++; at < value.length() && value.charAt(at) != '"'; at++) {
                boolean escape = value.charAt(at) == '\\' && at + 1 < value.length();
                at += escape ? 1 : 0;
                if (value.charAt(at) > 0x7e) {
                    return "";
                }
                text.append(value.charAt(at));
            }
            return at++ < value.length() ? text.toString() : "";
        }

        private boolean isAtEndOfPair() {
            while (at < value.length() && Octets.isBlank((byte) value.charAt(at))) {
                at++;
            }
            return at >= value.length() || value.charAt(at) == ';' || value.charAt(at) == ',';
        }
    }
}
