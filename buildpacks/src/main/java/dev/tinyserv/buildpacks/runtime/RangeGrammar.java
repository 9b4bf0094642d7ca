package dev.tinyserv.buildpacks.runtime;

import dev.tinyserv.buildpacks.runtime.VersionRange.Interval;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a community writes ranges of versions: alternatives, each of comparators that must all hold, or {@code 1.2 - 1.4}.
 * A comparator is an operator, or none, and a version whose end may be open.
 */
public final class RangeGrammar {
    private static final Pattern HYPHEN = Pattern.compile("(\\S+)\\s+-\\s+(\\S+)");
    private static final int MAX_LENGTH = 256;

    private final Pattern alternatives;
    private final Pattern comparator;
    private final Pattern operatorSpace;
    private final BiFunction<String, VersionPrefix, Interval> meaning;

    /**
     * A grammar.
     *
     * @param alternatives a regular expression for what stands between alternatives
     * @param operators a regular expression for the operators
     * @param meaning what an operator, which may be empty, makes of a version
     */
    public RangeGrammar(String alternatives, String operators, BiFunction<String, VersionPrefix, Interval> meaning) {
        this.alternatives = Pattern.compile(alternatives);
        this.comparator = Pattern.compile("(" + operators + ")?\\s*(.+)");
        this.operatorSpace = Pattern.compile("(" + operators + ")\\s+");
        this.meaning = meaning;
    }

    /** Empty if it is written in a way that we do not know. */
    public Optional<VersionRange> parse(String text) {
        if (text.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        List<Interval> intervals = new ArrayList<>();
        for (String alternative : alternatives.split(text, -1)) {
            Optional<Interval> interval = interval(alternative.strip());
            if (interval.isEmpty()) {
                return Optional.empty();
            }
            intervals.add(interval.get());
        }
        return Optional.of(new VersionRange(intervals));
    }

    private Optional<Interval> interval(String text) {
        Matcher hyphen = HYPHEN.matcher(text);
        if (hyphen.matches()) {
            return VersionPrefix.parse(hyphen.group(1))
                    .flatMap(from ->
                            VersionPrefix.parse(hyphen.group(2)).map(to -> new Interval(from.first(), to.next())));
        }
        Interval all = Interval.all();
        for (String part : operatorSpace.matcher(text).replaceAll("$1").split("[\\s,]+", -1)) {
            Optional<Interval> next = part.isEmpty() ? Optional.of(all) : comparator(part);
            if (next.isEmpty()) {
                return next;
            }
            all = all.and(next.get());
        }
        return Optional.of(all);
    }

    private Optional<Interval> comparator(String text) {
        Matcher parts = comparator.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        String operator = parts.group(1);
        return VersionPrefix.parse(parts.group(2))
                .map(version -> meaning.apply(operator == null ? "" : operator, version));
    }
}
