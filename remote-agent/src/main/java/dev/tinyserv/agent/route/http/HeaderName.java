package dev.tinyserv.agent.route.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The header fields that a proxy must know; all others pass as they are. */
enum HeaderName {
    TE(false, false),
    HOST(false, true),
    PROXY(false, true),
    EXPECT(true, true),
    UPGRADE(false, false),
    TRAILER(true, true),
    FORWARDED(false, true),
    X_REAL_IP(false, true),
    CONNECTION(false, false),
    KEEP_ALIVE(false, false),
    X_REQUEST_ID(false, true),
    CONTENT_LENGTH(false, false),
    HTTP2_SETTINGS(false, true),
    PROXY_CONNECTION(false, false),
    TRANSFER_ENCODING(false, false),
    /** {@code X-Forwarded} and any {@code X-Forwarded-…}: {@link Forwarding} writes them anew. */
    X_FORWARDED(false, true);

    private static final String FORWARDED_PREFIX = "x-forwarded-";
    private static final int LONGEST = 17;
    private static final HeaderName[][] BY_LENGTH = byLength();

    private final String lowerCase;
    private final boolean passedToApp;
    private final boolean passedToClient;

    HeaderName(boolean passedToApp, boolean passedToClient) {
        this.lowerCase = name().toLowerCase(Locale.ROOT).replace('_', '-');
        this.passedToApp = passedToApp;
        this.passedToClient = passedToClient;
    }

    /** Whether a request's field with this name is passed on unchanged. */
    boolean passedToApp() {
        return passedToApp;
    }

    /** Whether an answer's field with this name is passed on unchanged. */
    boolean passedToClient() {
        return passedToClient;
    }

    /**
     * The known name of a field in any case; null for an unknown one. An underscore counts as a hyphen, because
     * applications behind CGI-like interfaces cannot tell them apart.
     */
    static @Nullable HeaderName of(byte[] bytes, int start, int end) {
        int length = end - start;
        if (length <= LONGEST) {
            for (HeaderName name : BY_LENGTH[length]) {
                if (startsWith(bytes, start, name.lowerCase)) {
                    return name;
                }
            }
        }
        return length > FORWARDED_PREFIX.length() && startsWith(bytes, start, FORWARDED_PREFIX) ? X_FORWARDED : null;
    }

    private static boolean startsWith(byte[] bytes, int start, String lowerCase) {
        for (int i = 0; i < lowerCase.length(); i++) {
            byte b = bytes[start + i];
            byte folded = b >= 'A' && b <= 'Z' ? (byte) (b + 32) : b == '_' ? (byte) '-' : b;
            if (folded != lowerCase.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static HeaderName[][] byLength() {
        List<List<HeaderName>> lists = new ArrayList<>();
        for (int i = 0; i <= LONGEST; i++) {
            lists.add(new ArrayList<>());
        }
        for (HeaderName name : values()) {
            lists.get(name.lowerCase.length()).add(name);
        }
        return lists.stream().map(list -> list.toArray(new HeaderName[0])).toArray(HeaderName[][]::new);
    }
}
