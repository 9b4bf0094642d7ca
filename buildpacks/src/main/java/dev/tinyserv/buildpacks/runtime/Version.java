package dev.tinyserv.buildpacks.runtime;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A version of a runtime. A number that is not written counts as 0. */
public record Version(int major, int minor, int patch) implements Comparable<Version> {
    private static final String NUMBERS = "(\\d{1,6})(?:\\.(\\d{1,6}))?(?:\\.(\\d{1,6}))?";
    private static final Pattern WHOLE = Pattern.compile("v?" + NUMBERS + "(?:[-+._].*)?");
    private static final Pattern SOMEWHERE = Pattern.compile("(?<![\\d.])" + NUMBERS);
    private static final Comparator<Version> ORDER = Comparator.comparingInt(Version::major)
            .thenComparingInt(Version::minor)
            .thenComparingInt(Version::patch);

    /** A text that is a version, such as {@code v20.20.2} or {@code 21.0.2-tem}; what follows the numbers is ignored. */
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
        return new Version(number(parts, 1), number(parts, 2), number(parts, 3));
    }

    private static int number(Matcher parts, int group) {
        String text = parts.group(group);
        return text == null ? 0 : Integer.parseInt(text);
    }

    @Override
    public int compareTo(Version other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + patch;
    }
}
