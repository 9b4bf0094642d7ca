package dev.tinyserv.agent.route.http;

/** The strict checks of a request's head (RFC 9112, and what proxies learned about smuggling). */
public final class RequestRules {
    /** The most fields of a request. */
    public static final int MAX_FIELDS = 100;
    /** The most bytes of a request's head. */
    public static final int MAX_HEAD = 16 * 1024;

    static final int MAX_METHOD = 32;
    private static final int ABSENT = -1;

    private RequestRules() {}

    /** Where the parts of a request's target are in the head's bytes. */
    private record Aim(int hostStart, int hostEnd, int targetStart) {}

    /** Checks a head; throws {@link BadMessage} with the status to answer. */
    public static Request check(Head head) {
        byte[] bytes = head.bytes();
        int end = head.lineEnd();
        int methodEnd = endOfMethod(bytes, end);
        int targetEnd = endOfTarget(bytes, methodEnd + 1, end);
        boolean http11 = isHttp11(head, targetEnd + 1, end);
        String method = head.text(0, methodEnd);
        if (method.equalsIgnoreCase("CONNECT")) {
            throw new BadMessage(405, "CONNECT is not served here");
        }
        Framing declared = Framing.declared(head, http11);
        Framing framing = declared == null ? Framing.NONE : declared;
        Connection connection = Connection.of(head);
        boolean options = method.equalsIgnoreCase("OPTIONS");
        Aim aim = aim(head, http11, methodEnd + 1, targetEnd, options);
        boolean isHead = method.equals("HEAD");
        boolean repeatable = (isHead || method.equals("GET") || options) && !framing.hasBytes();
        boolean upgrade = http11 && repeatable && connection.upgrades() && wantsOtherProtocol(head);
        boolean keepAlive = connection.keepsAlive(http11);
        return new Request(
                methodEnd,
                aim.targetStart,
                targetEnd,
                aim.hostStart,
                aim.hostEnd,
                http11,
                keepAlive,
                upgrade,
                repeatable,
                isHead,
                framing,
                connection);
    }

    /** The absolute form's authority overrides Host. */
    private static Aim aim(Head head, boolean http11, int start, int end, boolean options) {
        byte[] bytes = head.bytes();
        int host = host(head, http11);
        if (bytes[start] == '/' || (options && end == start + 1 && bytes[start] == '*')) {
            return host == ABSENT ? new Aim(0, 0, start) : new Aim(head.valueStart(host), head.valueEnd(host), start);
        }
        int hostStart = startOfAuthority(bytes, start, end);
        int hostEnd = endOfAuthority(bytes, hostStart, end);
        HostName.check(bytes, hostStart, hostEnd);
        return new Aim(hostStart, hostEnd, hostEnd);
    }

    private static int endOfMethod(byte[] bytes, int lineEnd) {
        int at = 0;
        while (at < lineEnd && Octets.isToken(bytes[at])) {
            at++;
        }
        if (at == 0 || at > MAX_METHOD || at >= lineEnd || bytes[at] != ' ') {
            throw BadMessage.request("a bad method");
        }
        return at;
    }

    private static int endOfTarget(byte[] bytes, int start, int lineEnd) {
        int at = start;
        while (at < lineEnd && bytes[at] != ' ' && bytes[at] != '\t' && bytes[at] != '#') {
            at++;
        }
        if (at == start || at >= lineEnd || bytes[at] != ' ') {
            throw BadMessage.request("a bad request target");
        }
        return at;
    }

    private static boolean isHttp11(Head head, int start, int end) {
        byte[] bytes = head.bytes();
        boolean form = end - start == 8
                && head.text(start, start + 5).equals("HTTP/")
                && Octets.isDigit(bytes[start + 5])
                && bytes[start + 6] == '.'
                && Octets.isDigit(bytes[start + 7]);
        if (!form) {
            throw BadMessage.request("a bad HTTP version");
        }
        if (bytes[start + 5] != '1' || bytes[start + 7] > '1') {
            throw otherVersion();
        }
        return bytes[start + 7] == '1';
    }

    static BadMessage otherVersion() {
        return new BadMessage(505, "only HTTP/1.0 and HTTP/1.1 are served here");
    }

    private static int host(Head head, boolean http11) {
        int host = ABSENT;
        for (int i = 0; i < head.count(); i++) {
            if (head.name(i) == HeaderName.HOST) {
                if (host != ABSENT) {
                    throw BadMessage.request("more than one Host");
                }
                host = i;
                HostName.check(head.bytes(), head.valueStart(i), head.valueEnd(i));
            }
        }
        if (host == ABSENT && http11) {
            throw BadMessage.request("no Host");
        }
        return host;
    }

    private static int startOfAuthority(byte[] bytes, int start, int end) {
        for (String scheme : new String[] {"http://", "https://"}) {
            if (end - start > scheme.length() && Octets.same(bytes, start, start + scheme.length(), scheme)) {
                return start + scheme.length();
            }
        }
        throw BadMessage.request("a bad request target");
    }

    private static int endOfAuthority(byte[] bytes, int start, int end) {
        int at = start;
        while (at < end && bytes[at] != '/' && bytes[at] != '?') {
            at++;
        }
        return at;
    }

    private static boolean wantsOtherProtocol(Head head) {
        boolean wants = false;
        for (int i = 0; i < head.count(); i++) {
            if (head.name(i) == HeaderName.UPGRADE) {
                // h2c would carry requests past this parser.
                if (head.value(i).toLowerCase(java.util.Locale.ROOT).contains("h2")) {
                    return false;
                }
                wants = true;
            }
        }
        return wants;
    }
}
