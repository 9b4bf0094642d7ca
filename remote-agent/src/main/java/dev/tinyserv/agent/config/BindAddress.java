package dev.tinyserv.agent.config;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import java.util.Optional;

/**
 * Where to listen, the value of {@code TINYSERV_BIND}: {@code *} and {@code ::} are all addresses of the machine, of both
 * families where it has IPv6; {@code 0.0.0.0} is all of IPv4 and none of IPv6; anything else is one address, or a name, which
 * means what the address does that it leads to.
 *
 * @param text as it was written
 */
public record BindAddress(String text) {
    static final String EVERYWHERE = "*";
    private static final byte[] MAPPED_ANY = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte) 0xff, (byte) 0xff, 0, 0, 0, 0};

    /** Which addresses it means. */
    public enum Scope {
        /** All of IPv4, and of IPv6 where there is IPv6. */
        BOTH_FAMILIES,
        /** All of IPv4. */
        IPV4,
        /** One. */
        ONE
    }

    /** Which addresses it means; a name that leads nowhere counts as one. */
    public Scope scope() {
        if (text.equals(EVERYWHERE)) {
            return Scope.BOTH_FAMILIES;
        }
        InetAddress address = resolved().filter(InetAddress::isAnyLocalAddress).orElse(null);
        if (address == null) {
            return Scope.ONE;
        }
        return address instanceof Inet4Address ? Scope.IPV4 : Scope.BOTH_FAMILIES;
    }

    /** Whether it is a name that leads to no address now, so that nothing can listen there. */
    public boolean leadsNowhere() {
        return !text.equals(EVERYWHERE) && resolved().isEmpty();
    }

    /** Whether only this machine can connect. */
    public boolean isLoopback() {
        return scope() == Scope.ONE && address().isLoopbackAddress();
    }

    /** Whether it is an address in digits, and not a name, which may lead to several. */
    public boolean isNumeric() {
        return Networks.isAddress(text);
    }

    /** The one address as the machine writes it. */
    public String canonical() {
        return address().getHostAddress();
    }

    /** Whether {@code localhost} leads there. */
    boolean isReachedAtLocalhost() {
        return scope() != Scope.ONE || text.equals("127.0.0.1") || text.equals("::1") || text.equals("localhost");
    }

    /** Whether a socket that listens there may be in the way of ours. */
    public boolean meets(InetAddress other) {
        return switch (scope()) {
            case BOTH_FAMILIES -> true;
            case IPV4 -> other instanceof Inet4Address || other.isAnyLocalAddress();
            case ONE -> other.isAnyLocalAddress() || address().isAnyLocalAddress() || other.equals(address());
        };
    }

    private InetAddress address() {
        return resolved().orElseGet(() -> new InetSocketAddress(0).getAddress());
    }

    private Optional<InetAddress> resolved() {
        try {
            return Optional.of(InetAddress.getByName(text));
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    /**
     * What to bind a socket of Java to. These are of both families where there is IPv6, and take 0.0.0.0 for {@code ::};
     * the same address mapped into IPv6 (RFC 4291, 2.5.5.2) they take for what it is.
     */
    public InetSocketAddress forJavaSocket(int port) {
        return switch (scope()) {
            case BOTH_FAMILIES -> new InetSocketAddress(port);
            case IPV4 -> new InetSocketAddress(everyIpv4(), port);
            case ONE -> new InetSocketAddress(text, port);
        };
    }

    /** What to bind a socket to that is made for what this means; see {@link #scope()}. */
    public InetSocketAddress forAnySocket(int port) {
        return scope() == Scope.ONE ? new InetSocketAddress(text, port) : new InetSocketAddress(port);
    }

    private InetAddress everyIpv4() {
        try {
            ServerSocketChannel.open(StandardProtocolFamily.INET6).close();
            return Inet6Address.getByAddress(null, MAPPED_ANY, -1);
        } catch (UnsupportedOperationException | IOException e) {
            return address(); // a machine without IPv6
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
