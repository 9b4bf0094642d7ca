package dev.tinyserv.agent.route.site;

import dev.tinyserv.agent.route.http.Octets;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The decoded path of a request for a file (RFC 3986, section 2.1). No part is empty, hidden or {@code ..}.
 *
 * @param parts the parts between the slashes
 * @param folder whether it ends with a slash
 */
record SitePath(List<String> parts, boolean folder) {
    private static final int MAX_PART = 255;
    /** The one hidden name that the web knows (RFC 8615). */
    private static final String WELL_KNOWN = ".well-known";

    private static final String PLAIN = "-._~!$&'()*+,;=:@";

    SitePath {
        parts = List.copyOf(parts);
    }

    /** Reads a request's path without its query; null if it names no possible file. */
    static @Nullable SitePath parse(byte[] bytes, int start, int end) {
        List<String> parts = new ArrayList<>();
        int at = start;
        boolean folder = true;
        while (at < end && bytes[at] != '?') {
            if (bytes[at] == '/') {
                folder = true;
                at++;
                continue;
            }
            int partEnd = at;
            while (partEnd < end && bytes[partEnd] != '/' && bytes[partEnd] != '?') {
                partEnd++;
            }
            String part = decode(bytes, at, partEnd);
            if (part == null || !isAllowed(part, parts.isEmpty())) {
                return null;
            }
            parts.add(part);
            folder = false;
            at = partEnd;
        }
        return new SitePath(parts, folder);
    }

    private static @Nullable String decode(byte[] bytes, int start, int end) {
        ByteBuffer decoded = ByteBuffer.allocate(end - start);
        for (int at = start; at < end; at++) {
            if (bytes[at] != '%') {
                decoded.put(bytes[at]);
                continue;
            }
            boolean escape = at + 2 < end && isHex(bytes[at + 1]) && isHex(bytes[at + 2]);
            if (!escape) {
                return null;
            }
            decoded.put((byte) (HexFormat.fromHexDigit(bytes[at + 1]) << 4 | HexFormat.fromHexDigit(bytes[at + 2])));
            at += 2;
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(decoded.flip()).toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    private static boolean isHex(byte b) {
        return b >= 0 && HexFormat.isHexDigit(b);
    }

    private static boolean isAllowed(String part, boolean first) {
        boolean hidden = part.startsWith(".") && !(first && part.equals(WELL_KNOWN));
        return !hidden
                && part.length() <= MAX_PART
                && part.indexOf('/') < 0
                && part.chars().noneMatch(c -> c < 0x20 || c == 0x7f);
    }

    /** The path of a file under a folder. */
    String text() {
        return String.join("/", parts);
    }

    /** Whether its last part looks like the name of a file. */
    boolean namesFile() {
        return !folder && !parts.isEmpty() && parts.get(parts.size() - 1).indexOf('.') > 0;
    }

    /** This path with a slash at its end, for a Location. */
    String asFolder() {
        StringBuilder encoded = new StringBuilder("/");
        for (String part : parts) {
            for (byte b : part.getBytes(StandardCharsets.UTF_8)) {
                if (Octets.isAlphanumeric(b) || (b > 0 && PLAIN.indexOf(b) >= 0)) {
                    encoded.append((char) b);
                } else {
                    encoded.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
                }
            }
            encoded.append('/');
        }
        return encoded.toString();
    }
}
