package dev.tinyserv.buildpacks.buildpack.node;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Comparators of a range of npm that must all hold. */
final class NpmComparators {
    private static final String NUMBER = "(" + SemVer.NUMBER + "|[xX*])";
    private static final Pattern FORM = Pattern.compile(
            "(\\^|~>?|[<>]=?|=)?([v=]*)" + NUMBER + "(?:\\." + NUMBER + "(?:\\." + NUMBER + SemVer.REST + ")?)?");

    private final List<Bound> bounds = new ArrayList<>();

    /** One bound; the version in it, if it is one before a release, admits others with its numbers. */
    private record Bound(SemVer version, Predicate<SemVer> holds) {}

    /** A version of which the end may be open; a number that is null is. */
    private record Partial(
            @Nullable Long major,
            @Nullable Long minor,
            @Nullable Long patch,
            @Nullable String before) {
        static Partial of(Matcher parts) {
            Long major = number(parts.group(3));
            Long minor = major == null ? null : number(parts.group(4));
            Long patch = minor == null ? null : number(parts.group(5));
            return new Partial(major, minor, patch, patch == null ? null : parts.group(6));
        }

        private static @Nullable Long number(@Nullable String text) {
            return text == null || !Character.isDigit(text.charAt(0)) ? null : Long.valueOf(text);
        }

        Optional<SemVer> first() {
            return SemVer.of(value(major), value(minor), value(patch), before);
        }

        /** The first behind all that begin so. */
        SemVer next() {
            return minor == null
                    ? SemVer.least(value(major) + 1, 0, 0)
                    : patch == null
                            ? SemVer.least(value(major), minor + 1, 0)
                            : SemVer.least(value(major), minor, patch + 1);
        }

        /** The first that differs in the first number that is not 0. */
        SemVer nextIncompatible() {
            if (value(major) > 0 || minor == null) {
                return SemVer.least(value(major) + 1, 0, 0);
            }
            return minor > 0 || patch == null ? SemVer.least(0, minor + 1, 0) : SemVer.least(0, 0, patch + 1);
        }

        SemVer nextMinor() {
            return minor == null ? SemVer.least(value(major) + 1, 0, 0) : SemVer.least(value(major), minor + 1, 0);
        }

        private static long value(@Nullable Long number) {
            return number == null ? 0 : number;
        }
    }

    /** Adds {@code 1.2 - 1.4}; returns whether it is written in a way that we know. */
    boolean addFromTo(String from, String to) {
        Matcher first = FORM.matcher(from);
        Matcher last = FORM.matcher(to);
        return isPlain(first)
                && (isPlain(last) || isEqualBefore(last))
                && add(">=", Partial.of(first))
                && add("<=", Partial.of(last));
    }

    /** In front of the later version npm passes over an equals sign, if that is one before a release. */
    private static boolean isEqualBefore(Matcher parts) {
        return parts.matches() && "=".equals(parts.group(1)) && parts.group(6) != null;
    }

    private static boolean isPlain(Matcher parts) {
        if (!parts.matches() || (parts.group(1) != null && !parts.group(1).equals("="))) {
            return false;
        }
        boolean open = Partial.of(parts).patch() == null;
        return open || (parts.group(1) == null && !parts.group(2).contains("="));
    }

    /** Adds one comparator; returns whether it is written in a way that we know. */
    boolean add(String text) {
        Matcher parts = FORM.matcher(text);
        if (!parts.matches()) {
            return false;
        }
        String operator = parts.group(1) == null ? "" : parts.group(1);
        Partial version = Partial.of(parts);
        boolean open = version.patch() == null || operator.startsWith("^") || operator.startsWith("~");
        return (open || parts.group(2).isEmpty() || parts.group(2).equals("v")) && add(operator, version);
    }

    private boolean add(String operator, Partial version) {
        Optional<SemVer> first = version.first();
        if (first.isEmpty()) {
            return false;
        }
        if (version.major() == null) {
            if (operator.equals("<") || operator.equals(">")) {
                bounds.add(new Bound(first.get(), each -> false));
            }
            return true;
        }
        switch (operator) {
            case "^" -> between(first.get(), version.nextIncompatible());
            case "~", "~>" -> between(first.get(), version.nextMinor());
            case ">=" -> from(first.get());
            case "<" -> below(version.patch() == null ? least(first.get()) : first.get());
            case ">" -> above(version, first.get());
            case "<=" -> upTo(version, first.get());
            default -> exactly(version, first.get());
        }
        return true;
    }

    private static SemVer least(SemVer version) {
        return SemVer.least(version.major(), version.minor(), version.patch());
    }

    private void between(SemVer from, SemVer below) {
        from(from);
        below(below);
    }

    private void from(SemVer least) {
        // What npm writes as >=0.0.0 stands for any version.
        if (!least.equals(new SemVer(0, 0, 0))) {
            bounds.add(new Bound(least, version -> version.compareTo(least) >= 0));
        }
    }

    private void below(SemVer end) {
        bounds.add(new Bound(end, version -> version.compareTo(end) < 0));
    }

    private void above(Partial version, SemVer first) {
        if (version.patch() == null) {
            SemVer next = version.next();
            from(new SemVer(next.major(), next.minor(), next.patch()));
        } else {
            bounds.add(new Bound(first, each -> each.compareTo(first) > 0));
        }
    }

    private void upTo(Partial version, SemVer first) {
        if (version.patch() == null) {
            below(version.next());
        } else {
            bounds.add(new Bound(first, each -> each.compareTo(first) <= 0));
        }
    }

    private void exactly(Partial version, SemVer first) {
        if (version.patch() == null) {
            between(first, version.next());
        } else {
            bounds.add(new Bound(first, each -> each.compareTo(first) == 0));
        }
    }

    /** Whether any release belongs to it. */
    boolean isAny() {
        return bounds.isEmpty();
    }

    /** Whether all hold. */
    boolean hold(SemVer version) {
        return bounds.stream().allMatch(bound -> bound.holds().test(version))
                && (version.isRelease()
                        || bounds.stream()
                                .anyMatch(bound -> !bound.version().isRelease()
                                        && bound.version().hasNumbersOf(version)));
    }
}
