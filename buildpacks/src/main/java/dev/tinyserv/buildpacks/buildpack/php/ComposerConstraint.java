package dev.tinyserv.buildpacks.buildpack.php;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One constraint of a range of versions of PHP, such as {@code ^8.1}. */
final class ComposerConstraint {
    private static final String VERSION = "v?(\\d{1,6}(?:\\.\\d{1,6}){0,3})" + ComposerVersion.STABILITY;
    private static final Pattern ANY = Pattern.compile("(?:v?[xX*](?:\\.[xX*])*)");
    private static final Pattern WILD = Pattern.compile("v?(\\d{1,6}(?:\\.\\d{1,6}){0,2})(?:\\.[xX*])+");
    private static final Pattern HYPHEN =
            Pattern.compile("(" + VERSION + ") +- +(" + VERSION + ")", Pattern.CASE_INSENSITIVE);
    private static final Pattern UPWARD = Pattern.compile("([~^])(" + VERSION + ")", Pattern.CASE_INSENSITIVE);
    private static final Pattern BASIC =
            Pattern.compile("(<>|!=|>=?|<=?|==?)?\\s*(" + VERSION + ")", Pattern.CASE_INSENSITIVE);
    private static final int MOST_WRITTEN = 3;

    private final Predicate<ComposerVersion> holds;

    private ComposerConstraint(Predicate<ComposerVersion> holds) {
        this.holds = holds;
    }

    /** Empty if it is none. */
    static Optional<ComposerConstraint> parse(String text) {
        Matcher wild = WILD.matcher(text);
        Matcher hyphen = HYPHEN.matcher(text);
        Matcher upward = UPWARD.matcher(text);
        Matcher basic = BASIC.matcher(text);
        if (ANY.matcher(text).matches()) {
            return Optional.of(new ComposerConstraint(version -> true));
        }
        if (wild.matches()) {
            List<Integer> numbers = written(wild.group(1));
            return Optional.of(between(ComposerVersion.least(numbers), next(numbers, numbers.size() - 1)));
        }
        if (hyphen.matches()) {
            return Optional.of(fromTo(hyphen));
        }
        if (upward.matches()) {
            List<Integer> numbers = written(upward.group(3));
            int stays = upward.group(1).equals("~") ? Math.max(0, numbers.size() - 2) : firstOfMeaning(numbers);
            return Optional.of(between(lower(upward.group(2)), next(numbers, stays)));
        }
        return basic.matches() ? Optional.of(compared(basic)) : Optional.empty();
    }

    private static List<Integer> written(String numbers) {
        List<Integer> written = new ArrayList<>();
        for (String number : numbers.split("\\.", -1)) {
            written.add(Integer.valueOf(number));
        }
        return written;
    }

    private static int firstOfMeaning(List<Integer> numbers) {
        int place = 0;
        while (place < Math.min(numbers.size(), MOST_WRITTEN) - 1 && numbers.get(place) == 0) {
            place++;
        }
        return place;
    }

    private static ComposerVersion next(List<Integer> numbers, int place) {
        List<Integer> next = new ArrayList<>(numbers.subList(0, place + 1));
        next.set(place, next.get(place) + 1);
        return ComposerVersion.least(next);
    }

    /** A lower end takes in what comes before the release. */
    private static ComposerVersion lower(String text) {
        ComposerVersion version = version(text);
        return version.isStable() ? ComposerVersion.least(version.numbers()) : version;
    }

    private static ComposerVersion version(String text) {
        return ComposerVersion.parse(text).orElseThrow();
    }

    private static ComposerConstraint between(ComposerVersion from, ComposerVersion below) {
        return new ComposerConstraint(version -> version.compareTo(from) >= 0 && version.compareTo(below) < 0);
    }

    private static ComposerConstraint fromTo(Matcher hyphen) {
        ComposerVersion from = lower(hyphen.group(1));
        ComposerVersion to = version(hyphen.group(6));
        List<Integer> numbers = written(hyphen.group(7));
        boolean exact = numbers.size() >= MOST_WRITTEN || !to.isStable();
        return exact
                ? new ComposerConstraint(version -> version.compareTo(from) >= 0 && version.compareTo(to) <= 0)
                : between(from, next(numbers, numbers.size() - 1));
    }

    private static ComposerConstraint compared(Matcher basic) {
        String operator = basic.group(1) == null ? "=" : basic.group(1);
        ComposerVersion wanted = version(basic.group(2));
        ComposerVersion least = lower(basic.group(2));
        return new ComposerConstraint(
                switch (operator) {
                    case ">=" -> version -> version.compareTo(least) >= 0;
                    case "<" -> version -> version.compareTo(least) < 0;
                    case ">" -> version -> version.compareTo(wanted) > 0;
                    case "<=" -> version -> version.compareTo(wanted) <= 0;
                    case "!=", "<>" -> version -> version.compareTo(wanted) != 0;
                    default -> version -> version.compareTo(wanted) == 0;
                });
    }

    boolean contains(ComposerVersion version) {
        return holds.test(version);
    }
}
