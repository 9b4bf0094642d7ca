package dev.tinyserv.agent.route.table;

import java.util.Locale;

/** Where clients reach an app: a port of its own, or a host with a path prefix on ports that apps share. */
public sealed interface Front {
    /**
     * A port of one app alone, whatever host a request names.
     *
     * @param number 1 to 65535
     */
    record Port(int number) implements Front {
        /** Throws an {@link IllegalArgumentException} if the number is no port. */
        public Port {
            if (number < 1 || number > 65535) {
                throw new IllegalArgumentException(number + " is no port");
            }
        }

        @Override
        public String toString() {
            return Integer.toString(number);
        }
    }

    /**
     * A host, and the paths below a prefix.
     *
     * @param name in lower case, without a port
     * @param prefix begins with a slash and does not end with one; empty for all paths
     */
    record Host(String name, String prefix) implements Front {
        /** The most parts of a prefix: a longer path is looked up by its first ones. */
        public static final int MAX_PARTS = 8;

        /** Throws an {@link IllegalArgumentException} if the host or the prefix is invalid. */
        public Host {
            name = name.toLowerCase(Locale.ROOT);
            boolean fits = prefix.isEmpty()
                    || (prefix.startsWith("/")
                            && !prefix.endsWith("/")
                            && prefix.chars().filter(c -> c == '/').count() <= MAX_PARTS);
            if (name.isEmpty() || !fits) {
                throw new IllegalArgumentException(name + prefix + " is no host with a prefix");
            }
        }

        @Override
        public String toString() {
            return name + prefix;
        }
    }
}
