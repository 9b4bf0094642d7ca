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
    /** One whose text names the version. */
    public Wish(String text, String file, VersionRange range) {
        this(text, file, range, text);
    }
}
