package dev.tinyserv.agent.doctor;

import java.util.Locale;

/** Sizes for people. */
final class Sizes {
    private static final long KIB = 1024;

    private Sizes() {}

    static String of(long bytes) {
        if (bytes < KIB * KIB) {
            return bytes / KIB + " KB";
        }
        if (bytes < KIB * KIB * KIB) {
            return bytes / (KIB * KIB) + " MB";
        }
        return String.format(Locale.ROOT, "%.1f GB", (double) bytes / (KIB * KIB * KIB));
    }
}
