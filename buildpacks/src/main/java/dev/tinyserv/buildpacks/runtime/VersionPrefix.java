package dev.tinyserv.buildpacks.runtime;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A version of which the end may be open, as in {@code 18} or {@code 18.x}.
 *
 * @param major the first number; null: any
 * @param minor the second number; null: any
 * @param patch the third number; null: any
 */
public record VersionPrefix(
        @Nullable Integer major,
        @Nullable Integer minor,
        @Nullable Integer patch) {
    private static final String NUMBER = "(\\d{1,6}|[xX*])";
    private static final Pattern FORM = Pattern.compile("v?" + NUMBER + "(?:\\." + NUMBER + ")?(?:\\." + NUMBER + ")?");

    /** Empty if the text is no such thing. */
    public static Optional<VersionPrefix> parse(String text) {
        Matcher parts = FORM.matcher(text.strip());
        if (!parts.matches()) {
            return Optional.empty();
        }
        Integer major = number(parts.group(1));
        Integer minor = major == null ? null : number(parts.group(2));
        Integer patch = minor == null ? null : number(parts.group(3));
        return Optional.of(new VersionPrefix(major, minor, patch));
    }

    private static @Nullable Integer number(@Nullable String text) {
        return text == null || !Character.isDigit(text.charAt(0)) ? null : Integer.valueOf(text);
    }

    /** Whether the version's numbers begin so. */
    public boolean begins(Version version) {
        return (major == null || major == version.major())
                && (minor == null || minor == version.minor())
                && (patch == null || patch == version.patch());
    }
}
