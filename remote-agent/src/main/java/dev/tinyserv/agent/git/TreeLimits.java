package dev.tinyserv.agent.git;

import java.util.Locale;

/**
 * How large a tree may be.
 *
 * @param maxEntries the most files, links and folders together
 * @param maxBytes the most bytes of all files together
 */
record TreeLimits(int maxEntries, long maxBytes) {
    static final int MAX_DEPTH = 100;
    static final int MAX_PATH_BYTES = 4096;
    /** NAME_MAX of Linux's file systems. */
    static final int MAX_NAME_BYTES = 255;

    static TreeLimits of(GitSettings settings) {
        return new TreeLimits(settings.maxFiles(), settings.maxCheckoutBytes());
    }

    /** A size as a setting would spell it. */
    static String size(long bytes) {
        String[] units = {"g", "m", "k"};
        for (int i = 0; i < units.length; i++) {
            long unit = 1L << (30 - 10 * i);
            if (bytes >= unit && bytes % unit == 0) {
                return String.format(Locale.ROOT, "%d%s", bytes / unit, units[i]);
            }
        }
        return bytes + " bytes";
    }
}
