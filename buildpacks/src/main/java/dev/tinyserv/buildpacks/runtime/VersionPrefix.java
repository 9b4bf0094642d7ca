package dev.tinyserv.buildpacks.runtime;

import dev.tinyserv.buildpacks.runtime.VersionRange.Interval;
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
    private static final Version LEAST = new Version(0, 0, 0);
    private static final Version BEYOND_ALL = new Version(Integer.MAX_VALUE, 0, 0);

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

    /** The first version that begins so. */
    public Version first() {
        return major == null ? LEAST : new Version(major, minor == null ? 0 : minor, patch == null ? 0 : patch);
    }

    /** The first version behind all that begin so. */
    public Version next() {
        if (major == null) {
            return BEYOND_ALL;
        }
        if (minor == null) {
            return new Version(major + 1, 0, 0);
        }
        return patch == null ? new Version(major, minor + 1, 0) : new Version(major, minor, patch + 1);
    }

    /** What a caret means: the first version behind it that differs in the first number that is not 0. */
    public Version nextIncompatible() {
        if (major == null || minor == null) {
            return next();
        }
        if (major > 0) {
            return new Version(major + 1, 0, 0);
        }
        return minor > 0 ? new Version(0, minor + 1, 0) : next();
    }

    /** All versions that begin so. */
    public Interval interval() {
        return new Interval(first(), next());
    }
}
