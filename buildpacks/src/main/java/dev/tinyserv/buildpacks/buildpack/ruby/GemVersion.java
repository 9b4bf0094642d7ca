package dev.tinyserv.buildpacks.buildpack.ruby;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A version as RubyGems orders it: of numbers and words; one with a word comes before the release.
 *
 * @param segments the numbers and words, without zeros at the end
 */
record GemVersion(List<String> segments) implements Comparable<GemVersion> {
    /** How it is written. */
    static final String FORM = "\\d+(?:\\.[0-9a-zA-Z]+)*(?:-[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?";

    private static final Pattern WHOLE = Pattern.compile(FORM);
    private static final Pattern SEGMENT = Pattern.compile("\\d+|[a-zA-Z]+");
    private static final int LONGEST = 100;

    GemVersion {
        segments = List.copyOf(segments);
    }

    /** Empty if it is none. */
    static Optional<GemVersion> parse(String text) {
        if (text.length() > LONGEST || !WHOLE.matcher(text).matches()) {
            return Optional.empty();
        }
        return Optional.of(new GemVersion(SEGMENT.matcher(text.replace("-", ".pre."))
                .results()
                .map(MatchResult::group)
                .toList()));
    }

    private static boolean isNumber(String segment) {
        return Character.isDigit(segment.charAt(0));
    }

    /** Its numbers up to the first word. */
    GemVersion release() {
        List<String> numbers = new ArrayList<>();
        for (String segment : segments) {
            if (!isNumber(segment)) {
                break;
            }
            numbers.add(segment);
        }
        return new GemVersion(numbers);
    }

    /** The first version that {@code ~>} does not take any more: without the last number, and one more. */
    GemVersion bump() {
        List<String> numbers = new ArrayList<>(release().segments());
        if (numbers.size() > 1) {
            numbers.remove(numbers.size() - 1);
        }
        int last = numbers.size() - 1;
        numbers.set(last, new BigInteger(numbers.get(last)).add(BigInteger.ONE).toString());
        return new GemVersion(numbers);
    }

    @Override
    public int compareTo(GemVersion other) {
        List<String> mine = withoutZeros();
        List<String> others = other.withoutZeros();
        for (int i = 0; i < Math.max(mine.size(), others.size()); i++) {
            String one = i < mine.size() ? mine.get(i) : "0";
            String two = i < others.size() ? others.get(i) : "0";
            int order = compareSegment(one, two);
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    private static int compareSegment(String one, String other) {
        if (isNumber(one) && isNumber(other)) {
            return new BigInteger(one).compareTo(new BigInteger(other));
        }
        return isNumber(one) == isNumber(other)
                ? one.compareTo(other)
                : Boolean.compare(isNumber(one), isNumber(other));
    }

    /** Zeros count neither at the end nor in front of the first word. */
    private List<String> withoutZeros() {
        List<String> numbers = new ArrayList<>(release().segments());
        List<String> rest = new ArrayList<>(segments.subList(numbers.size(), segments.size()));
        for (List<String> part : List.of(numbers, rest)) {
            while (!part.isEmpty() && part.get(part.size() - 1).matches("0+")) {
                part.remove(part.size() - 1);
            }
        }
        numbers.addAll(rest);
        return numbers;
    }
}
