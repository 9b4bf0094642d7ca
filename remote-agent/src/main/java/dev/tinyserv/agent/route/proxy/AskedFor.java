package dev.tinyserv.agent.route.proxy;

import dev.tinyserv.agent.route.http.Head;
import java.security.SecureRandom;

/**
 * A hash of a request's head and the status of its answer. Heads are chosen by clients and may have kilobytes; a hash
 * takes 8 bytes. It depends on a secret of this process, so nobody can cause a collision.
 */
final class AskedFor {
    private static final long SECRET = new SecureRandom().nextLong() | 1;

    private AskedFor() {}

    /** The hash of a request without a body, over all fields: an app may depend on any of them. */
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
