package dev.tinyserv.agent.route.proxy;

import dev.tinyserv.agent.route.http.Head;
import java.security.SecureRandom;

/**
 * What was asked for, by whom, and with which status it was answered, as a number that takes no room: a request's head may
 * have kilobytes, and clients choose it. Two answers have the same number only by chance, which nobody can bring about,
 * as it depends on a secret of this process.
 */
final class AskedFor {
    private static final long SECRET = new SecureRandom().nextLong() | 1;

    private AskedFor() {}

    /** Of a request without a body; what an app does may depend on any of its fields. */
    static long hash(Head head, int status) {
        long hash = mixed(SECRET, status);
        byte[] bytes = head.bytes();
        for (int i = 0; i < head.length(); i++) {
            hash = mixed(hash, bytes[i]);
        }
        return hash;
    }

    private static long mixed(long hash, int next) {
        long all = (hash ^ next) * SECRET;
        return all ^ all >>> 29;
    }
}
