package dev.tinyserv.buildpacks.base;

import java.util.Locale;

/** Sizes for people. */
public final class Sizes {
    private static final long KIB = 1024;

    private Sizes() {}

    /** The size as {@code 12 KB}, {@code 34 MB} or {@code 5.6 GB}; a unit is 1024 of the one before. */
    public static String of(long bytes) {
        if (bytes < KIB * KIB) {
            return bytes / KIB + " KB";
        }
        if (bytes < KIB * KIB * KIB) {
            return bytes / (KIB * KIB) + " MB";
        }
        return String.format(Locale.ROOT, "%.1f GB", (double) bytes / (KIB * KIB * KIB));
    }
}
