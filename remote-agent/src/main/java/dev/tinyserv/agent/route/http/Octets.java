package dev.tinyserv.agent.route.http;

/** The classes of bytes that RFC 9110 and 9112 speak of. */
public final class Octets {
    private static final boolean[] TOKEN = new boolean[256];

    static {
        for (int c = 0; c < 256; c++) {
            TOKEN[c] = isAlphanumeric(c) || (c < 128 && "!#$%&'*+-.^_`|~".indexOf(c) >= 0);
        }
    }

    private Octets() {}

    static boolean isToken(byte b) {
        return TOKEN[b & 0xff];
    }

    /** Whether the byte may be in a field's value: no control character but tab. */
    static boolean isText(byte b) {
        return b >= 0x20 ? b != 0x7f : b < 0 || b == '\t';
    }

    public static boolean isBlank(byte b) {
        return b == ' ' || b == '\t';
    }

    static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    public static boolean isAlphanumeric(int c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    /** Whether the bytes are this lower-case text, in any case. */
    public static boolean same(byte[] bytes, int start, int end, String lowerCase) {
        if (end - start != lowerCase.length()) {
            return false;
        }
        for (int i = 0; i < lowerCase.length(); i++) {
            byte b = bytes[start + i];
            if ((b >= 'A' && b <= 'Z' ? b + 32 : b) != lowerCase.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
