package dev.tinyserv.agent.config;

import dev.tinyserv.agent.app.AddressBlock;
import dev.tinyserv.buildpacks.base.Refusal;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A list of addresses and networks of IPv4 and IPv6, written as in RFC 4632 (CIDR) and RFC 4291. An IPv4 address that
 * is mapped into IPv6 counts as IPv4. Immutable.
 */
public final class Networks {
    static final String EXPECTED =
            "addresses and networks such as 127.0.0.1, 10.0.0.0/8 or fd00::/8 with commas between them, or none";

    private static final int MOST = 200;
    private static final int MAPPED_BITS = 96;
    private static final Pattern BITS = Pattern.compile("\\d{1,3}");
    private static final Pattern IPV4 = Pattern.compile("((25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(?!$)|$)){4}");

    /** The list without an address. */
    static final Networks NONE = new Networks(List.of());

    /** The addresses by which a machine reaches itself. */
    static final Networks LOOPBACK = parse("127.0.0.0/8, ::1");

    private record Network(InetAddress address, int bits) {
        boolean contains(byte[] other) {
            byte[] ours = address.getAddress();
            if (other.length != ours.length) {
                return false;
            }
            for (int bit = 0; bit < bits; bit += Byte.SIZE) {
                int mask = 0xff << Math.max(0, Byte.SIZE - (bits - bit));
                if (((ours[bit / Byte.SIZE] ^ other[bit / Byte.SIZE]) & mask & 0xff) != 0) {
                    return false;
                }
            }
            return true;
        }
    }

    private final List<Network> networks;

    private Networks(List<Network> networks) {
        this.networks = List.copyOf(networks);
    }

    /**
     * Reads a list of at most {@value #MOST} parts, with commas or white space between them. {@code none} is the empty
     * list. No name is looked up.
     *
     * @throws Refusal with what is expected, in words that fit behind "expected"
     */
    static Networks parse(String text) {
        if (text.equalsIgnoreCase("none")) {
            return new Networks(List.of());
        }
        List<Network> networks = new ArrayList<>();
        for (String part : text.strip().split("\\s*,\\s*|\\s+", -1)) {
            networks.add(network(part));
        }
        if (networks.size() > MOST) {
            throw new Refusal("at most " + MOST + " addresses and networks");
        }
        return new Networks(networks);
    }

    private static Network network(String text) {
        int slash = text.indexOf('/');
        String host = slash < 0 ? text : text.substring(0, slash);
        InetAddress address = address(host);
        boolean mapped = host.indexOf(':') >= 0 && address instanceof Inet4Address;
        int most = mapped ? MAPPED_BITS + Integer.SIZE : address.getAddress().length * Byte.SIZE;
        int bits = slash < 0 ? most : bits(text.substring(slash + 1), mapped ? MAPPED_BITS : 0, most);
        return new Network(address, mapped ? bits - MAPPED_BITS : bits);
    }

    private static InetAddress address(String text) {
        if (text.indexOf('%') >= 0 || !isAddress(text)) {
            throw new Refusal(EXPECTED);
        }
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new Refusal(EXPECTED, e);
        }
    }

    /** Whether the text is an address of IPv4 or IPv6 in digits. No name is looked up. */
    static boolean isAddress(String text) {
        try {
            return text.indexOf(':') < 0
                    ? IPV4.matcher(text).matches()
                    : InetAddress.getByName(text).getAddress().length > 0;
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static int bits(String text, int least, int most) {
        int bits = BITS.matcher(text).matches() ? Integer.parseInt(text) : -1;
        if (bits < least || bits > most) {
            throw new Refusal(EXPECTED);
        }
        return bits;
    }

    /** Whether the list has the address or a network that holds it. */
    public boolean contains(InetAddress address) {
        byte[] bytes = AddressBlock.unmapped(address);
        return networks.stream().anyMatch(network -> network.contains(bytes));
    }
}
