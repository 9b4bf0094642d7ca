package dev.tinyserv.buildpacks.runtime;

/**
 * The version of a runtime that an app asks for.
 *
 * @param text as the app writes it: {@code 20.x}
 * @param file where: {@code package.json}
 * @param range what it means
 * @param numbers where the text has but a name, the version that it stands for; else the text
 */
public record Wish(String text, String file, VersionRange range, String numbers) {
    /** Whether the text is written in no way that is read, so that no version fulfils it. */
    public boolean isUnread() {
        return range.equals(VersionRange.none());
    }

    /** What to add to the text where somebody is told of it: that it is not read, if so. */
    public String ifUnread() {
        return isUnread() ? ", which is no version that tinyserv reads (one is 20, 20.1.0 or 20.x, say)" : "";
    }

    /** One whose text names the version. */
    public Wish(String text, String file, VersionRange range) {
        this(text, file, range, text);
    }
}
