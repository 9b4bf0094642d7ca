package dev.tinyserv.buildpacks.buildpack.php;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A version as Composer orders it: up to four numbers and a stability, dev, alpha, beta, RC, none, or patch.
 *
 * @param numbers always four
 * @param stability the place of its stability in that order
 * @param build the number behind the stability, such as that of RC2
 */
record ComposerVersion(List<Integer> numbers, int stability, BigInteger build) implements Comparable<ComposerVersion> {
    /** Its stability, as groups; a flag such as {@code @stable}, which tells of packages, counts for nothing. */
    static final String STABILITY =
            "(?:[._-]?(?:(stable|beta|b|RC|alpha|a|patch|pl|p)(?:[.-]?(\\d{1,6}))?)?([.-]?dev)?)(?:@(?:stable|RC|beta|alpha|dev))?";

    /** Below all other stabilities. */
    static final int DEV = 0;

    private static final int STABLE = 4;
    private static final int NUMBERS = 4;
    private static final Pattern FORM =
            Pattern.compile("v?(\\d{1,6}(?:\\.\\d{1,6}){0,3})" + STABILITY, Pattern.CASE_INSENSITIVE);

    ComposerVersion {
        numbers = List.copyOf(numbers);
    }

    /** Empty if it is none. */
    static Optional<ComposerVersion> parse(String text) {
        Matcher parts = FORM.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        List<Integer> numbers = numbers(parts.group(1));
        int stability = parts.group(4) != null ? DEV : stability(parts.group(2));
        BigInteger build =
                parts.group(4) != null || parts.group(3) == null ? BigInteger.ZERO : new BigInteger(parts.group(3));
        return Optional.of(new ComposerVersion(numbers, stability, build));
    }

    /** The least version with these numbers. */
    static ComposerVersion least(List<Integer> numbers) {
        return new ComposerVersion(padded(numbers), DEV, BigInteger.ZERO);
    }

    /** The numbers as they are written. */
    static List<Integer> numbers(String text) {
        List<Integer> numbers = new ArrayList<>();
        for (String number : text.split("\\.", -1)) {
            numbers.add(Integer.valueOf(number));
        }
        return padded(numbers);
    }

    private static List<Integer> padded(List<Integer> numbers) {
        List<Integer> padded = new ArrayList<>(numbers);
        while (padded.size() < NUMBERS) {
            padded.add(0);
        }
        return padded;
    }

    private static int stability(@Nullable String word) {
        if (word == null) {
            return STABLE;
        }
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "alpha", "a" -> 1;
            case "beta", "b" -> 2;
            case "rc" -> 3;
            case "stable" -> STABLE;
            default -> STABLE + 1;
        };
    }

    /** Whether nothing is said about its stability. */
    boolean isStable() {
        return stability == STABLE;
    }

    @Override
    public int compareTo(ComposerVersion other) {
        for (int i = 0; i < NUMBERS; i++) {
            int order = numbers.get(i).compareTo(other.numbers.get(i));
            if (order != 0) {
                return order;
            }
        }
        return stability != other.stability
                ? Integer.compare(stability, other.stability)
                : build.compareTo(other.build);
    }
}
