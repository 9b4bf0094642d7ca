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
 * The value of {@code TINYSERV_BIND}: the addresses that the server listens on. {@code *} and {@code ::} stand for all
 * addresses of the machine, those of IPv4 and, where the machine has IPv6, those of IPv6. {@code 0.0.0.0} stands for
 * all addresses of IPv4 and for none of IPv6. Any other address stands for itself. A name stands for what its address
 * stands for. A method looks the name up whenever it needs the address, which can block. Safe for use by several
 * threads.
 *
 * @param text the text of the setting
 */
public record BindAddress(String text) {
    static final String EVERYWHERE = "*";
    private static final byte[] MAPPED_ANY = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte) 0xff, (byte) 0xff, 0, 0, 0, 0};

    /** How many addresses a text stands for. */
    public enum Scope {
        /** All addresses of IPv4, and those of IPv6 where the machine has IPv6. */
        BOTH_FAMILIES,
        /** All addresses of IPv4. */
        IPV4,
        /** One address. */
        ONE
    }

    /** How many addresses the text stands for. A name without an address counts as {@link Scope#ONE}. */
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

    /** Whether the text is a name that has no address now, so that nothing can listen there. */
    public boolean leadsNowhere() {
        return !text.equals(EVERYWHERE) && resolved().isEmpty();
    }

    /** Whether only this machine can connect: the text stands for one loopback address. */
    public boolean isLoopback() {
        return scope() == Scope.ONE && address().isLoopbackAddress();
    }

    /** Whether the text is an address in digits. A name is not: it may have several addresses. */
    public boolean isNumeric() {
        return Networks.isAddress(text);
    }

    /**
     * The address as Java writes it, such as {@code 0:0:0:0:0:0:0:1} for {@code ::1}. Only for {@link Scope#ONE}; a
     * name without an address gives the wildcard address.
     */
    public String canonical() {
        return address().getHostAddress();
    }

    /** Whether a client on this machine reaches the server at {@code localhost}. */
    boolean isReachedAtLocalhost() {
        return scope() != Scope.ONE || text.equals("127.0.0.1") || text.equals("::1") || text.equals("localhost");
    }

    /** Whether a socket that listens on {@code other} may keep a socket of ours from the same port; true in doubt. */
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
     * The address to bind a socket of Java to. Java's sockets serve both families where the machine has IPv6, and take
     * {@code 0.0.0.0} for {@code ::}. To bind to all of IPv4 alone, they need {@code 0.0.0.0} mapped into IPv6 (RFC
     * 4291, section 2.5.5.2). The address is unresolved for a name without an address.
     *
     * @throws IllegalArgumentException if the port is not between 0 and 65535
     */
    public InetSocketAddress forJavaSocket(int port) {
        return switch (scope()) {
            case BOTH_FAMILIES -> new InetSocketAddress(port);
            case IPV4 -> new InetSocketAddress(everyIpv4(), port);
            case ONE -> new InetSocketAddress(text, port);
        };
    }

    /**
     * The address to bind a socket to that was opened for the families of {@link #scope()}: the wildcard address, or
     * the one address, which is unresolved for a name without an address.
     *
     * @throws IllegalArgumentException if the port is not between 0 and 65535
     */
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
