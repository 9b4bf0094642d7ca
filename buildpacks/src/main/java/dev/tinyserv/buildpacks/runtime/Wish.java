package dev.tinyserv.buildpacks.runtime;

/**
 * The version of a runtime that an app asks for.
 *
 * @param text the version as the app writes it: {@code 20.x}
 * @param file the file with the text: {@code package.json}
 * @param range the versions that fulfil it
 * @param numbers the version that a mere name stands for; else the text
 */
public record Wish(String text, String file, VersionRange range, String numbers) {
    /** Whether the text could not be read, so that no version fulfils the wish. */
    public boolean isUnread() {
        return range.equals(VersionRange.none());
    }

    /** A note for messages that the text could not be read; empty if it could. */
    public String ifUnread() {
        return isUnread() ? ", which is no version that tinyserv reads (one is 20, 20.1.0 or 20.x, say)" : "";
    }

    /** A wish whose text names the version. */
    public Wish(String text, String file, VersionRange range) {
        this(text, file, range, text);
    }
}
