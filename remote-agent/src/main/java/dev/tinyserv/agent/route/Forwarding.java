package dev.tinyserv.agent.route;

import io.netty.buffer.ByteBuf;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an app is told of where its requests come from: {@code X-Forwarded-For}, {@code -Proto}, {@code -Host} and
 * {@code -Port}, and {@code Forwarded} (RFC 7239) if a trusted proxy sends it. Of a peer that is no trusted proxy these
 * say what the router itself sees. What a trusted proxy says is kept, and the proxy is added to the lists; what no reader
 * could take for one thing is left out. One object serves all requests of a connection.
 */
final class Forwarding {
    private static final int MAX_PART = 64;
    private static final Pattern NODE = Pattern.compile("[A-Za-z0-9._:\\[\\]%-]{1," + MAX_PART + "}");
    private static final Pattern SCHEMES =
            Pattern.compile("[A-Za-z][A-Za-z0-9+.-]{0,15}(?:[ \\t]*,[ \\t]*[A-Za-z][A-Za-z0-9+.-]{0,15}){0,7}");
    private static final String FOR = "x-forwarded-for";
    private static final String PROTO = "x-forwarded-proto";
    private static final String HOST = "x-forwarded-host";
    private static final String PORT = "x-forwarded-port";

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
     * What is told of the requests of one connection.
     *
     * @param ownPort the port that the peer has connected to
     * @param trusted whether the peer's own word on these counts
     */
    static Forwarding of(InetSocketAddress peer, int ownPort, boolean trusted) {
        return new Forwarding(NetUtil.toAddressString(peer.getAddress()), ownPort, trusted);
    }

    private static String text(String chain, String proto, String port) {
        return "X-Forwarded-For: " + chain + "\r\nX-Forwarded-Proto: " + proto + "\r\nX-Forwarded-Port: " + port
                + "\r\n";
    }

    /**
     * Writes the lines for a request.
     *
     * @param host the authority that the app gets as Host
     */
    void write(ByteBuf out, Head head, String host) {
        if (trusted && speaks(head)) {
            out.writeCharSequence(relayed(head, host), StandardCharsets.US_ASCII);
        } else {
            out.writeBytes(seen);
            out.writeCharSequence("X-Forwarded-Host: " + host + "\r\n", StandardCharsets.ISO_8859_1);
        }
    }

    private static boolean speaks(Head head) {
        for (int i = 0; i < head.count(); i++) {
            if (head.name(i) == HeaderName.X_FORWARDED || head.name(i) == HeaderName.FORWARDED) {
                return true;
            }
        }
        return false;
    }

    private String relayed(Head head, String host) {
        Forwarded elements = Forwarded.parse(String.join(", ", values(head, "forwarded")));
        String said = last(head, PROTO, value -> SCHEMES.matcher(value).matches());
        String proto = said == null ? elements.lastProto() : said;
        String saidHost = last(head, HOST, Forwarding::isHost);
        String name = saidHost == null ? host : saidHost;
        String port = last(head, PORT, Forwarding::isPort);
        return text(chain(head), proto == null ? "http" : proto, port == null ? port(proto, name) : port)
                + "X-Forwarded-Host: " + name + "\r\n"
                + (elements.isEmpty() ? "" : "Forwarded: " + elements.text() + ", for=" + node() + "\r\n");
    }

    /** The values of a field, the farthest hop's first. One whose name was written with an underscore is none of them. */
    private static List<String> values(Head head, String lowerCaseName) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < head.count(); i++) {
            if (Octets.same(head.bytes(), head.nameStart(i), head.nameEnd(i), lowerCaseName)) {
                values.add(head.value(i));
            }
        }
        return values;
    }

    /** What the nearest hop says, if it makes sense. */
    private static @Nullable String last(Head head, String lowerCaseName, Predicate<String> makesSense) {
        List<String> values = values(head, lowerCaseName);
        String last = values.isEmpty() ? "" : values.get(values.size() - 1);
        return makesSense.test(last) ? last : null;
    }

    /** The hops so far and the peer. A proxy appends to what it was sent: what stands before a broken part is no one's. */
    private String chain(Head head) {
        List<String> hops = new ArrayList<>();
        for (String value : values(head, FOR)) {
            for (String part : value.split(",", -1)) {
                String hop = part.strip();
                if (!hop.isEmpty() && !NODE.matcher(hop).matches()) {
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

    private static boolean isHost(String value) {
        byte[] bytes = value.getBytes(StandardCharsets.ISO_8859_1);
        return HostName.isValid(bytes, 0, bytes.length);
    }

    private static boolean isPort(String value) {
        return value.matches("[0-9]{1,5}") && Integer.parseInt(value) <= 65535;
    }

    /** The port that a client has used: a redirect that an app makes of it must not lead past the proxy. */
    private String port(@Nullable String proto, String host) {
        String explicit = host.substring(host.lastIndexOf(':') + 1);
        if (host.indexOf(':') >= 0 && !host.endsWith("]") && isPort(explicit)) {
            return explicit;
        }
        String scheme = proto == null ? "" : proto.split("[ \\t]*,", 2)[0].toLowerCase(Locale.ROOT);
        return switch (scheme) {
            case "https", "wss" -> "443";
            case "http", "ws" -> "80";
            default -> Integer.toString(ownPort);
        };
    }
}
