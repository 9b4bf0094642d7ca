package dev.tinyserv.agent.route.site;

import dev.tinyserv.agent.route.http.Octets;
import java.util.HashSet;
import java.util.Set;

/**
 * The value of an If-Match or If-None-Match (RFC 9110, sections 8.8.3, 13.1.1 and 13.1.2).
 *
 * @param any whether it is {@code *}, which names whatever there is
 * @param strong the tags that name one sequence of bytes, with their quotes
 * @param weak those that name all that mean the same, with their quotes and without {@code W/}
 */
record EntityTags(boolean any, Set<String> strong, Set<String> weak) {
    private static final String WEAK = "W/";

    EntityTags {
        strong = Set.copyOf(strong);
        weak = Set.copyOf(weak);
    }

    /** Reads the tags; an element of the list that is none is passed over. */
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

    /** Whether the bytes that the strong tag stands for are named; weak tags never name bytes. */
    boolean matchStrongly(String tag) {
        return any || strong.contains(tag);
    }

    /** Whether something that means the same is named. */
    boolean matchWeakly(String tag) {
        return matchStrongly(tag) || weak.contains(tag);
    }
}
