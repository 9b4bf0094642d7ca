package dev.tinyserv.agent.route.site;

import dev.tinyserv.agent.route.http.Octets;
import java.util.HashSet;
import java.util.Set;

/**
 * The value of an If-Match or If-None-Match (RFC 9110, sections 8.8.3, 13.1.1 and 13.1.2).
 *
 * @param any whether the value is {@code *}, which matches any file
 * @param strong the strong tags, with their quotes
 * @param weak the weak tags, with their quotes and without {@code W/}
 */
record EntityTags(boolean any, Set<String> strong, Set<String> weak) {
    private static final String WEAK = "W/";

    EntityTags {
        strong = Set.copyOf(strong);
        weak = Set.copyOf(weak);
    }

    /** Reads the tags. An element that is no tag is ignored. */
    static EntityTags of(String value) {
        Set<String> strong = new HashSet<>();
        Set<String> weak = new HashSet<>();
        int at = 0;
        while (at < value.length()) {
            boolean isWeak = value.startsWith(WEAK, at);
            int start = isWeak ? at + WEAK.length() : at;
            int end = start < value.length() && value.charAt(start) == '"' ? value.indexOf('"', start + 1) : -1;
            int comma = value.indexOf(',', Math.max(at, end));
            int next = comma < 0 ? value.length() : comma;
            if (end > 0 && value.substring(end + 1, next).isBlank()) {
                (isWeak ? weak : strong).add(value.substring(start, end + 1));
            }
            at = comma < 0 ? value.length() : comma + 1;
            while (at < value.length() && Octets.isBlank((byte) value.charAt(at))) {
                at++;
            }
        }
        return new EntityTags(value.strip().equals("*"), strong, weak);
    }

    /** Whether the strong tag matches by strong comparison, in which weak tags never match. */
    boolean matchStrongly(String tag) {
        return any || strong.contains(tag);
    }

    /** Whether the strong tag matches by weak comparison. */
    boolean matchWeakly(String tag) {
        return matchStrongly(tag) || weak.contains(tag);
    }
}
