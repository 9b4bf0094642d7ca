package dev.tinyserv.buildpacks.buildpack.python;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A version as PEP 440 defines it.
 *
 * @param release its numbers
 * @param pre such as {@code rc1}; null without one
 * @param post the number of a post-release; null if it is none
 * @param dev the number of a development release; null if it is none
 * @param local the parts of a local version; none without one
 */
record PythonVersion(
        BigInteger epoch,
        List<BigInteger> release,
        @Nullable Pre pre,
        @Nullable BigInteger post,
        @Nullable BigInteger dev,
        List<String> local)
        implements Comparable<PythonVersion> {
    /** What may stand in front of a version, and its numbers: epoch and release are groups. */
    static final String NUMBERS = "v?(?:(\\d+)!)?(\\d+(?:\\.\\d+)*)";

    /** The release before a release, after it, and in development: letters and numbers are groups. */
    static final String MARKS = "(?:[-_.]?(alpha|beta|preview|pre|a|b|c|rc)[-_.]?(\\d*))?"
            + "(?:-(\\d+)|[-_.]?(post|rev|r)[-_.]?(\\d*))?(?:[-_.]?(dev)[-_.]?(\\d*))?";

    /** A local version, as a group. */
    static final String LOCAL = "(?:\\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?";

    private static final Pattern FORM = Pattern.compile(NUMBERS + MARKS + LOCAL, Pattern.CASE_INSENSITIVE);
    private static final Pattern DIGITS = Pattern.compile("\\d+");
    private static final int LONGEST = 200;

    /**
     * A release before a release.
     *
     * @param kind a, b or rc
     */
    record Pre(String kind, BigInteger number) {
        static Pre of(String word, BigInteger number) {
            return new Pre(
                    switch (word) {
                        case "alpha" -> "a";
                        case "beta" -> "b";
                        case "c", "pre", "preview" -> "rc";
                        default -> word;
                    },
                    number);
        }
    }

    PythonVersion {
        release = List.copyOf(release);
        local = List.copyOf(local);
    }

    /** Empty if it is none. */
    static Optional<PythonVersion> parse(String text) {
        Matcher parts = FORM.matcher(text.strip().toLowerCase(Locale.ROOT));
        return text.length() <= LONGEST && parts.matches() ? Optional.of(of(parts)) : Optional.empty();
    }

    private static PythonVersion of(Matcher parts) {
        List<BigInteger> release = Arrays.stream(parts.group(2).split("\\.", -1))
                .map(BigInteger::new)
                .toList();
        String pre = parts.group(3);
        BigInteger post = parts.group(5) != null
                ? new BigInteger(parts.group(5))
                : parts.group(6) == null ? null : number(parts.group(7));
        List<String> local = parts.group(10) == null
                ? List.of()
                : Arrays.asList(parts.group(10).split("[-_.]", -1));
        return new PythonVersion(
                number(parts.group(1)),
                release,
                pre == null ? null : Pre.of(pre, number(parts.group(4))),
                post,
                parts.group(8) == null ? null : number(parts.group(9)),
                local);
    }

    private static BigInteger number(@Nullable String digits) {
        return digits == null || digits.isEmpty() ? BigInteger.ZERO : new BigInteger(digits);
    }

    boolean isBeforeRelease() {
        return pre != null || dev != null;
    }

    boolean isPostRelease() {
        return post != null;
    }

    /** Without its local part. */
    PythonVersion withoutLocal() {
        return local.isEmpty() ? this : new PythonVersion(epoch, release, pre, post, dev, List.of());
    }

    /** Epoch and numbers alone. */
    PythonVersion base() {
        return new PythonVersion(epoch, release, null, null, null, List.of());
    }

    /** Whether its epoch is the same and its numbers, with zeros behind them, begin with the other's. */
    boolean beginsWith(BigInteger otherEpoch, List<BigInteger> numbers) {
        List<BigInteger> padded = new ArrayList<>(release);
        while (padded.size() < numbers.size()) {
            padded.add(BigInteger.ZERO);
        }
        return epoch.equals(otherEpoch) && padded.subList(0, numbers.size()).equals(numbers);
    }

    private List<BigInteger> withoutZeros() {
        int end = release.size();
        while (end > 1 && release.get(end - 1).signum() == 0) {
            end--;
        }
        return release.subList(0, end);
    }

    @Override
    public int compareTo(PythonVersion other) {
        return Comparator.comparing(PythonVersion::epoch)
                .thenComparing(PythonVersion::withoutZeros, PythonVersion::compareNumbers)
                .thenComparing(PythonVersion::preRank)
                .thenComparing(version -> version.pre == null ? BigInteger.ZERO : version.pre.number())
                .thenComparing(version -> version.post == null ? BigInteger.ONE.negate() : version.post)
                .thenComparing(version -> version.dev == null)
                .thenComparing(version -> version.dev == null ? BigInteger.ZERO : version.dev)
                .thenComparing(PythonVersion::local, PythonVersion::compareLocals)
                .compare(this, other);
    }

    /** A development release of the release itself comes before its alphas. */
    private String preRank() {
        if (pre != null) {
            return pre.kind();
        }
        return post == null && dev != null ? "" : "~";
    }

    private static int compareNumbers(List<BigInteger> some, List<BigInteger> others) {
        return compareParts(some, others, Comparator.naturalOrder());
    }

    private static int compareLocals(List<String> some, List<String> others) {
        return compareParts(some, others, (one, other) -> {
            boolean number = DIGITS.matcher(one).matches();
            boolean otherNumber = DIGITS.matcher(other).matches();
            if (number && otherNumber) {
                return new BigInteger(one).compareTo(new BigInteger(other));
            }
            return number == otherNumber ? one.compareTo(other) : Boolean.compare(number, otherNumber);
        });
    }

    private static <T> int compareParts(List<T> some, List<T> others, Comparator<T> order) {
        for (int i = 0; i < Math.min(some.size(), others.size()); i++) {
            int compared = order.compare(some.get(i), others.get(i));
            if (compared != 0) {
                return compared;
            }
        }
        return Integer.compare(some.size(), others.size());
    }
}
