package dev.tinyserv.agent.route.http;

import java.nio.charset.StandardCharsets;

/** A valid {@code Host}: a name, an IPv4 address or a bracketed IPv6 address, perhaps with a port. */
final class HostName {
    private static final int MAX_LENGTH = 261;

    private HostName() {}

    static void check(byte[] bytes, int start, int end) {
        if (!isValid(bytes, start, end)) {
            throw BadMessage.request("a bad Host");
        }
    }

    static boolean isValid(String value) {
        byte[] bytes = value.getBytes(StandardCharsets.ISO_8859_1);
        return isValid(bytes, 0, bytes.length);
    }

    static boolean isValid(byte[] bytes, int start, int end) {
        if (end <= start || end - start > MAX_LENGTH) {
            return false;
        }
        int at = start;
        if (bytes[at] == '[') {
            at++;
            while (at < end && isAddressByte(bytes[at])) {
                at++;
            }
            if (at == end || bytes[at] != ']' || at == start + 1) {
                return false;
            }
            at++;
        } else {
            while (at < end && isNameByte(bytes[at])) {
                at++;
            }
            if (at == start) {
                return false;
            }
        }
        return at == end || isPort(bytes, at, end);
    }

    /** The port may be empty (RFC 3986, section 3.2.3). */
    private static boolean isPort(byte[] bytes, int colon, int end) {
        if (bytes[colon] != ':' || end - colon > 6) {
            return false;
        }
        int port = 0;
        for (int i = colon + 1; i < end; i++) {
            if (!Octets.isDigit(bytes[i])) {
                return false;
            }
            port = port * 10 + (bytes[i] - '0');
        }
        return port <= 65535;
    }

    private static boolean isNameByte(byte b) {
        return Octets.isAlphanumeric(b) || b == '-' || b == '.' || b == '_';
    }

    private static boolean isAddressByte(byte b) {
        return Octets.isDigit(b) || (b >= 'a' && b <= 'f') || (b >= 'A' && b <= 'F') || b == ':' || b == '.';
    }
}
