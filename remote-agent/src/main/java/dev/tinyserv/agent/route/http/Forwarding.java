package dev.tinyserv.agent.route.http;

import io.netty.buffer.ByteBuf;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tells an app where a request comes from: {@code X-Forwarded-For}, {@code -Proto}, {@code -Host} and {@code -Port},
 * and {@code Forwarded} (RFC 7239) if a trusted proxy sends it. For any other peer the fields say what the router
 * itself sees. The values of a trusted proxy are kept, and the proxy is added to the lists; ambiguous values are left
 * out. One object serves all requests of a connection.
 */
public final class Forwarding {
    private static final Pattern SCHEMES =
            Pattern.compile("[A-Za-z][A-Za-z0-9+.-]{0,15}(?:[ \\t]*,[ \\t]*[A-Za-z][A-Za-z0-9+.-]{0,15}){0,7}");
    private static final String FOR = "x-forwarded-for";
    private static final String PROTO = "x-forwarded-proto";
    private static final String HOST = "x-forwarded-host";
    private static final String PORT = "x-forwarded-port";
    private static final String FORWARDED = "forwarded";
    private static final List<String> FIELDS = List.of(FOR, PROTO, HOST, PORT, FORWARDED);

    private final String peer;
    private final int ownPort;
    private final boolean trusted;
    private final byte[] seen;

    private Forwarding(String peer, int ownPort, boolean trusted) {
        this.peer = peer;
        this.ownPort = ownPort;
        this.trusted = trusted;
        this.seen = text(peer, "http", Integer.toString(ownPort)).getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * The forwarding of one connection.
     *
     * @param ownPort the port that the peer has connected to
     * @param trusted whether the peer is a trusted proxy
     */
    public static Forwarding of(InetSocketAddress peer, int ownPort, boolean trusted) {
        return new Forwarding(NetUtil.toAddressString(peer.getAddress()), ownPort, trusted);
    }

    private static String text(String chain, String proto, String port) {
        return "X-Forwarded-For: " + chain + "\r\nX-Forwarded-Proto: " + proto + "\r\nX-Forwarded-Port: " + port
                + "\r\n";
    }

    /**
     * Writes the lines for a request.
     *
     * @param host the authority that the app gets as {@code Host}
     */
    void write(ByteBuf out, Head head, String host) {
        Map<String, List<String>> said = trusted ? said(head) : Map.of();
        if (said.isEmpty()) {
            out.writeBytes(seen);
            out.writeCharSequence("X-Forwarded-Host: " + host + "\r\n", StandardCharsets.ISO_8859_1);
        } else {
            out.writeCharSequence(relayed(said, host), StandardCharsets.US_ASCII);
        }
    }

    /**
     * The received values of the five fields, by lower-case names, the farthest hop's first. A name with an underscore
     * does not count.
     */
    private static Map<String, List<String>> said(Head head) {
        Map<String, List<String>> said = new HashMap<>();
        for (int i = 0; i < head.count(); i++) {
            if (head.name(i) == HeaderName.X_FORWARDED || head.name(i) == HeaderName.FORWARDED) {
                for (String field : FIELDS) {
                    if (Octets.same(head.bytes(), head.nameStart(i), head.nameEnd(i), field)) {
                        said.computeIfAbsent(field, name -> new ArrayList<>()).add(head.value(i));
                    }
                }
            }
        }
        return said;
    }

    /** Whether the client of this request speaks TLS, as far as the app is told. */
    public boolean isSecure(Head head) {
        Map<String, List<String>> said = trusted ? said(head) : Map.of();
        return List.of("https", "wss").contains(lastScheme(proto(said, elements(said))));
    }

    private static Forwarded elements(Map<String, List<String>> said) {
        return Forwarded.parse(String.join(", ", said.getOrDefault(FORWARDED, List.of())));
    }

    /** The schemes that the proxy names, separated by commas; empty for none. */
    private static String proto(Map<String, List<String>> said, Forwarded elements) {
        return first(last(said, PROTO, value -> SCHEMES.matcher(value).matches()), elements.lastProto(), "");
    }

    private String relayed(Map<String, List<String>> said, String host) {
        Forwarded elements = elements(said);
        String proto = proto(said, elements);
        String name = first(last(said, HOST, HostName::isValid), elements.lastHost(), host);
        String port = first(last(said, PORT, Forwarding::isPort), null, port(proto, name));
        String hops = chain(said.getOrDefault(FOR, elements.hops()));
        return text(hops, proto.isEmpty() ? "http" : proto, port)
                + "X-Forwarded-Host: " + name + "\r\n"
                + (elements.isEmpty() ? "" : "Forwarded: " + elements.text() + ", for=" + node() + "\r\n");
    }

    private static String first(@Nullable String first, @Nullable String second, String third) {
        return first != null ? first : second != null ? second : third;
    }

    /** The value of the nearest hop; null if it is invalid. */
    private static @Nullable String last(Map<String, List<String>> said, String field, Predicate<String> makesSense) {
        List<String> values = said.getOrDefault(field, List.of());
        String last = values.isEmpty() ? "" : values.get(values.size() - 1);
        return makesSense.test(last) ? last : null;
    }

    /** The hops and the peer. A proxy appends to the list, so hops before an invalid one are dropped. */
    private String chain(List<String> values) {
        List<String> hops = new ArrayList<>();
        for (String value : values) {
            for (String part : value.split(",", -1)) {
                String hop = part.strip();
                if (!hop.isEmpty() && !Forwarded.isNode(hop)) {
                    hops.clear();
                } else if (!hop.isEmpty()) {
                    hops.add(hop);
                }
            }
        }
        hops.add(peer);
        return String.join(", ", hops);
    }

    private String node() {
        return peer.indexOf(':') < 0 ? peer : "\"[" + peer + "]\"";
    }

    private static boolean isPort(String value) {
        boolean digits = !value.isEmpty() && value.length() <= 5;
        for (int i = 0; digits && i < value.length(); i++) {
            digits = value.charAt(i) >= '0' && value.charAt(i) <= '9';
        }
        return digits && Integer.parseInt(value) <= 65535;
    }

    /** The port that the client used, so that redirects of the app do not bypass the proxy. */
    private String port(String proto, String host) {
        String explicit = host.substring(host.lastIndexOf(':') + 1);
        if (host.indexOf(':') >= 0 && !host.endsWith("]") && isPort(explicit)) {
            return explicit;
        }
        return switch (lastScheme(proto)) {
            case "https", "wss" -> "443";
            case "http", "ws" -> "80";
            default -> Integer.toString(ownPort);
        };
    }

    private static String lastScheme(String proto) {
        return proto.substring(proto.lastIndexOf(',') + 1).strip().toLowerCase(Locale.ROOT);
    }
}
