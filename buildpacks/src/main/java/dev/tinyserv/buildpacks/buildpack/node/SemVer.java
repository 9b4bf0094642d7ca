package dev.tinyserv.buildpacks.buildpack.node;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A version as Semantic Versioning 2.0.0 defines it; build metadata, which counts for nothing, is not kept.
 *
 * @param before the identifiers of the pre-release; none for a release
 */
record SemVer(long major, long minor, long patch, List<String> before) implements Comparable<SemVer> {
    /** The largest number that npm takes. */
    static final long LARGEST = (1L << 53) - 1;

    /** A number without zeros in front. */
    static final String NUMBER = "(?:0|[1-9]\\d{0,15})";

    /** What may stand behind the numbers: the pre-release is a group. */
    static final String REST = rest();

    private static final Pattern FORM =
            Pattern.compile("[v=\\s]*(" + NUMBER + ")\\.(" + NUMBER + ")\\.(" + NUMBER + ")" + REST + "\\s*");
    private static final Pattern DIGITS = Pattern.compile("\\d+");
    private static final Comparator<SemVer> NUMBERS = Comparator.comparingLong(SemVer::major)
            .thenComparingLong(SemVer::minor)
            .thenComparingLong(SemVer::patch);

    SemVer {
        before = List.copyOf(before);
    }

    /** A release. */
    SemVer(long major, long minor, long patch) {
        this(major, minor, patch, List.of());
    }

    private static String rest() {
        String identifier = "(?:" + NUMBER + "(?![0-9A-Za-z-])|\\d*[A-Za-z-][0-9A-Za-z-]*)";
        String build = "[0-9A-Za-z-]+";
        return "(?:-(" + identifier + "(?:\\." + identifier + ")*))?(?:\\+" + build + "(?:\\." + build + ")*)?";
    }

    /** Empty if it is none. */
    static Optional<SemVer> parse(String text) {
        Matcher parts = FORM.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        return of(
                Long.parseLong(parts.group(1)),
                Long.parseLong(parts.group(2)),
                Long.parseLong(parts.group(3)),
                parts.group(4));
    }

    /** Empty if a number is too large. */
    static Optional<SemVer> of(long major, long minor, long patch, @Nullable String before) {
        if (Math.max(major, Math.max(minor, patch)) > LARGEST) {
            return Optional.empty();
        }
        List<String> identifiers = before == null ? List.of() : Arrays.asList(before.split("\\.", -1));
        return Optional.of(new SemVer(major, minor, patch, identifiers));
    }

    /** The least version with these numbers, before all of its pre-releases. */
    static SemVer least(long major, long minor, long patch) {
        return new SemVer(major, minor, patch, List.of("0"));
    }

    boolean isRelease() {
        return before.isEmpty();
    }

    boolean hasNumbersOf(SemVer other) {
        return NUMBERS.compare(this, other) == 0;
    }

    @Override
    public int compareTo(SemVer other) {
        int numbers = NUMBERS.compare(this, other);
        if (numbers != 0) {
            return numbers;
        }
        if (isRelease() || other.isRelease()) {
            return Boolean.compare(isRelease(), other.isRelease());
        }
        for (int i = 0; i < Math.min(before.size(), other.before.size()); i++) {
            int order = compareIdentifier(before.get(i), other.before.get(i));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(before.size(), other.before.size());
    }

    private static int compareIdentifier(String one, String other) {
        boolean number = DIGITS.matcher(one).matches();
        boolean otherNumber = DIGITS.matcher(other).matches();
        if (number && otherNumber) {
            return new BigInteger(one).compareTo(new BigInteger(other));
        }
        return number == otherNumber ? one.compareTo(other) : Boolean.compare(otherNumber, number);
    }
}
