package dev.tinyserv.agent.route;

import java.security.SecureRandom;

/**
 * What was asked for, by whom, and with which status it was answered, as a number that takes no room: a request line may
 * have kilobytes, and clients choose it. Two answers have the same number only by chance, which nobody can bring about,
 * as it depends on a secret of this process.
 */
final class AskedFor {
    private static final long SECRET = new SecureRandom().nextLong() | 1;

    private AskedFor() {}

    /** Of a request; an app answers it by its line, and by the fields that say who asks. */
    static long hash(Head head, Request request, int status) {
        long hash = mixed(SECRET, status);
        hash = mixed(hash, head.bytes(), 0, request.targetEnd());
        for (int i = 0; i < head.count(); i++) {
            if (saysWho(head, i)) {
                hash = mixed(hash, head.bytes(), head.nameStart(i), head.valueEnd(i));
            }
        }
        return hash;
    }

    private static boolean saysWho(Head head, int field) {
        int start = head.nameStart(field);
        int end = head.nameEnd(field);
        return Octets.same(head.bytes(), start, end, "cookie")
                || Octets.same(head.bytes(), start, end, "authorization");
    }

    private static long mixed(long hash, byte[] bytes, int start, int end) {
        long all = mixed(hash, end - start);
        for (int i = start; i < end; i++) {
            all = mixed(all, bytes[i]);
        }
        return all;
    }

    private static long mixed(long hash, int next) {
        long all = (hash ^ next) * SECRET;
        return all ^ all >>> 29;
    }
}
