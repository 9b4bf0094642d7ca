package dev.tinyserv.agent.app;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The addresses of one customer of a network provider: one IPv4 address, or a /64 of IPv6. Limits for one peer count by
 * it.
 *
 * @param prefix the bytes that all of these addresses share, in hex
 */
public record AddressBlock(String prefix) {
    private static final int IPV6_BYTES = 8;

    /** The block that the address is in. */
    public static AddressBlock of(InetAddress address) {
        byte[] bytes = unmapped(address);
        return new AddressBlock(
                HexFormat.of().formatHex(bytes.length > IPV6_BYTES ? Arrays.copyOf(bytes, IPV6_BYTES) : bytes));
    }

    /** The address's bytes: 4 for IPv4, also if mapped into IPv6 (RFC 4291, 2.5.5.2), else 16. */
    public static byte[] unmapped(InetAddress address) {
        byte[] bytes = address.getAddress();
        try {
            return InetAddress.getByAddress(bytes).getAddress(); // which makes IPv4 of a mapped one
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("an address of " + bytes.length + " bytes", e);
        }
    }
}
