package dev.tinyserv.buildpacks.runtime;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A version of a runtime. A number that is not written counts as 0.
 *
 * @param before what marks a version before the release, as it is written: {@code rc1} or {@code -nightly2026}; empty for
 *     a release
 */
public record Version(int major, int minor, int patch, String before) implements Comparable<Version> {
    private static final String NUMBERS = "(\\d{1,6})(?:\\.(\\d{1,6}))?+(?:\\.(\\d{1,6}))?+";
    private static final String BEFORE =
            "([-._]?(?:(?i:alpha|beta|preview|pre|nightly|canary|dev|snapshot|ea|rc)|a|b)(?:[-.]?\\d[0-9A-Za-z.]{0,40})?"
                    + "(?![A-Za-z0-9]))?";
    private static final Pattern WHOLE = Pattern.compile("v?" + NUMBERS + BEFORE + "(?:[-+._].*)?");
    private static final Pattern SOMEWHERE = Pattern.compile("(?<![\\d.])" + NUMBERS + BEFORE);
    private static final Comparator<Version> ORDER = Comparator.comparingInt(Version::major)
            .thenComparingInt(Version::minor)
            .thenComparingInt(Version::patch)
            .thenComparing(version -> version.before().isEmpty())
            .thenComparing(version -> withoutSign(version.before()), new NaturalOrder());

    /** A release. */
    public Version(int major, int minor, int patch) {
        this(major, minor, patch, "");
    }

    /**
     * A text that is a version, such as {@code v20.20.2}, {@code 3.14.0rc2} or {@code 21.0.2-tem}; what follows it is
     * ignored.
     */
    public static Optional<Version> parse(String text) {
        Matcher parts = WHOLE.matcher(text.strip());
        return parts.matches() ? Optional.of(of(parts)) : Optional.empty();
    }

    /** The first version in what a program prints about itself, such as {@code go version go1.19.8 linux/amd64}. */
    public static Optional<Version> findIn(String text) {
        Matcher parts = SOMEWHERE.matcher(text);
        return parts.find() ? Optional.of(of(parts)) : Optional.empty();
    }

    private static Version of(Matcher parts) {
        String before = parts.group(4);
        return new Version(number(parts, 1), number(parts, 2), number(parts, 3), before == null ? "" : before);
    }

    private static int number(Matcher parts, int group) {
        String text = parts.group(group);
        return text == null ? 0 : Integer.parseInt(text);
    }

    private static String withoutSign(String text) {
        return text.isEmpty() || Character.isLetter(text.charAt(0)) ? text : text.substring(1);
    }

    /** By the numbers; what comes before a release is less than the release. */
    @Override
    public int compareTo(Version other) {
        return ORDER.compare(this, other);
    }

    /** Its three numbers, and what marks a version before the release. */
    @Override
    public String toString() {
        return major + "." + minor + "." + patch + before;
    }
}
