package dev.tinyserv.agent.route.http;

import io.netty.buffer.ByteBuf;

/**
 * Scans an incomplete head, each byte once, and throws {@link BadMessage} at the first byte that no request can have.
 * So a client that speaks TLS, SOCKS, SSH, mail or HTTP/0.9 is answered at once. {@link RequestRules} check the
 * complete head for this and more.
 */
public final class StartLineWatch {
    private static final String VERSION = "HTTP/d.d";
    private static final int MAJOR = 5;
    private static final int MINOR = 7;
    private static final String SSH = "SSH-";
    private static final String[] SCHEMES = {"http://", "https://"};
    private static final int LONGEST_SCHEME = 8;

    private enum Part {
        METHOD,
        TARGET,
        VERSION,
        LINE_END,
        NAME,
        VALUE
    }

    private Part part = Part.METHOD;
    private int seen;
    private int partStart;
    private boolean connects;

    /**
     * Scans the bytes since the last call.
     *
     * @param in begins with the head
     */
    public void look(ByteBuf in) {
        int base = in.readerIndex();
        for (; base + seen < in.writerIndex(); seen++) {
            look(in, base, in.getByte(base + seen), seen - partStart);
        }
    }

    private void look(ByteBuf in, int base, byte b, int at) {
        switch (part) {
            case METHOD -> lookAtMethod(in, base, b, at);
            case TARGET -> lookAtTarget(in, base, b, at);
            case VERSION -> lookAtVersion(b, at);
            case LINE_END -> next(b == '\n', Part.NAME, "a control character in the head");
            case NAME -> lookAtName(b, at);
            case VALUE -> lookAtValue(b);
        }
    }

    private void lookAtMethod(ByteBuf in, int base, byte b, int at) {
        if (b == ' ' && at > 0) {
            connects = text(in, base, at).equalsIgnoreCase("CONNECT");
            begin(Part.TARGET);
        } else if (!Octets.isToken(b)
                || at >= RequestRules.MAX_METHOD
                || (at == SSH.length() - 1 && text(in, base, SSH.length()).equals(SSH))) {
            throw BadMessage.request("a bad method");
        }
    }

    private void lookAtTarget(ByteBuf in, int base, byte b, int at) {
        if (b == ' ' && at > 0) {
            begin(Part.VERSION);
            return;
        }
        boolean form = connects || at >= LONGEST_SCHEME || mayBeTarget(text(in, base + partStart, at + 1));
        if (!form || !Octets.isText(b) || b == '\t' || b == ' ' || b == '#') {
            throw BadMessage.request(b == '\r' ? "a request line without a version" : "a bad request target");
        }
    }

    private static boolean mayBeTarget(String start) {
        for (String scheme : SCHEMES) {
            int length = Math.min(scheme.length(), start.length());
            if (scheme.regionMatches(true, 0, start, 0, length)) {
                return true;
            }
        }
        return start.charAt(0) == '/' || start.startsWith("*");
    }

    private void lookAtVersion(byte b, int at) {
        if (at == VERSION.length()) {
            next(b == '\r', Part.LINE_END, "a bad HTTP version");
            return;
        }
        char wanted = VERSION.charAt(at);
        if (wanted == 'd' ? !Octets.isDigit(b) : b != wanted) {
            throw BadMessage.request("a bad HTTP version");
        }
        if ((at == MAJOR && b != '1') || (at == MINOR && b > '1')) {
            throw RequestRules.otherVersion();
        }
    }

    private void lookAtName(byte b, int at) {
        if (b == ':' && at > 0) {
            begin(Part.VALUE);
        } else if (b == '\r' && at == 0) {
            begin(Part.LINE_END);
        } else if (!Octets.isToken(b)) {
            throw BadMessage.request(
                    at == 0 && Octets.isBlank(b) ? "a folded header line" : "a header name with a forbidden character");
        }
    }

    private void lookAtValue(byte b) {
        if (b == '\r') {
            begin(Part.LINE_END);
        } else if (!Octets.isText(b)) {
            throw BadMessage.request("a control character in the head");
        }
    }

    private void next(boolean fits, Part next, String otherwise) {
        if (!fits) {
            throw BadMessage.request(otherwise);
        }
        begin(next);
    }

    private void begin(Part next) {
        part = next;
        partStart = seen + 1;
    }

    private static String text(ByteBuf in, int start, int length) {
        return in.toString(start, length, java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    /** Begins anew with another head. */
    public void reset() {
        part = Part.METHOD;
        seen = 0;
        partStart = 0;
    }
}
