package dev.tinyserv.agent.route.http;

/** The options in the {@code Connection} fields of a head. */
final class Connection {
    private boolean close;
    private boolean keepAlive;
    private boolean upgrade;
    private boolean namesFields;

    private Connection() {}

    static Connection of(Head head) {
        Connection connection = new Connection();
        for (int i = 0; i < head.count(); i++) {
            if (head.name(i) == HeaderName.CONNECTION) {
                connection.read(head, i);
            }
        }
        return connection;
    }

    private void read(Head head, int field) {
        int at = head.valueStart(field);
        while (at < head.valueEnd(field)) {
            int end = endOfItem(head, at, head.valueEnd(field));
            option(head.bytes(), at, end);
            at = end + 1;
        }
    }

    private void option(byte[] bytes, int itemStart, int itemEnd) {
        int start = itemStart;
        int end = itemEnd;
        while (start < end && Octets.isBlank(bytes[start])) {
            start++;
        }
        while (end > start && Octets.isBlank(bytes[end - 1])) {
            end--;
        }
        if (Octets.same(bytes, start, end, "close")) {
            close = true;
        } else if (Octets.same(bytes, start, end, "keep-alive")) {
            keepAlive = true;
        } else if (Octets.same(bytes, start, end, "upgrade")) {
            upgrade = true;
        } else if (end > start) {
            namesFields = true;
        }
    }

    private static int endOfItem(Head head, int from, int limit) {
        int end = from;
        while (end < limit && head.bytes()[end] != ',') {
            end++;
        }
        return end;
    }

    /** Whether the options name a field, which is for the next hop only then. */
    boolean names(Head head, int field) {
        if (!namesFields) {
            return false;
        }
        String name = head.text(head.nameStart(field), head.nameEnd(field));
        for (int i = 0; i < head.count(); i++) {
            if (head.name(i) == HeaderName.CONNECTION) {
                for (String option : head.value(i).split(",", -1)) {
                    if (option.strip().equalsIgnoreCase(name)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    boolean keepsAlive(boolean http11) {
        return !close && (http11 || keepAlive);
    }

    boolean upgrades() {
        return upgrade;
    }
}
