package dev.tinyserv.buildpacks.buildpack.python;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One specifier of a range of versions of Python, such as {@code >=3.9}. */
final class PythonSpecifier {
    private static final Pattern FORM = Pattern.compile("(===|==|!=|~=|<=|>=|<|>|\\^|~)?\\s*(.+?)", Pattern.DOTALL);
    private static final Pattern WILD = Pattern.compile(PythonVersion.NUMBERS + "\\.\\*", Pattern.CASE_INSENSITIVE);

    private final Predicate<PythonVersion> holds;

    private PythonSpecifier(Predicate<PythonVersion> holds) {
        this.holds = holds;
    }

    /** Empty if it is none. */
    static Optional<PythonSpecifier> parse(String text) {
        Matcher parts = FORM.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        String operator = parts.group(1) == null ? "" : parts.group(1);
        String version = parts.group(2);
        if (operator.equals("===")) {
            // PEP 440 compares the texts, and ours is the one that the program printed.
            return PythonVersion.parse(version).map(exact -> new PythonSpecifier(exact::equals));
        }
        return wild(operator, version).or(() -> PythonVersion.parse(version).flatMap(each -> of(operator, each)));
    }

    private static Optional<PythonSpecifier> wild(String operator, String version) {
        if (version.equals("*") && (operator.isEmpty() || operator.equals("=="))) {
            return Optional.of(new PythonSpecifier(each -> true));
        }
        Matcher parts = WILD.matcher(version);
        if (!parts.matches() || !List.of("", "==", "!=").contains(operator)) {
            return Optional.empty();
        }
        PythonVersion prefix =
                PythonVersion.parse(version.substring(0, version.length() - 2)).orElseThrow();
        boolean inside = !operator.equals("!=");
        return Optional.of(new PythonSpecifier(each -> each.beginsWith(prefix.epoch(), prefix.release()) == inside));
    }

    private static Optional<PythonSpecifier> of(String operator, PythonVersion version) {
        boolean local = !version.local().isEmpty();
        boolean misplaced = local && !List.of("==", "!=").contains(operator);
        boolean tooShort = operator.equals("~=") && version.release().size() < 2;
        if (misplaced || tooShort) {
            return Optional.empty();
        }
        return Optional.of(new PythonSpecifier(
                switch (operator) {
                    case "==" -> each -> isEqual(each, version);
                    case "!=" -> each -> !isEqual(each, version);
                    case ">=" -> each -> each.withoutLocal().compareTo(version) >= 0;
                    case "<=" -> each -> each.withoutLocal().compareTo(version) <= 0;
                    case "<" -> each -> isBelow(each, version);
                    case ">" -> each -> isAbove(each, version);
                    case "~=" -> each -> isCompatible(each, version);
                    case "^" -> each -> isFrom(each, version, caretEnd(version));
                    case "~" -> each -> isFrom(each, version, tildeEnd(version));
                    default -> each -> isMeant(each, version);
                }));
    }

    /** Without an operator all are meant that begin so. */
    private static boolean isMeant(PythonVersion version, PythonVersion wanted) {
        boolean exact = wanted.isBeforeRelease() || wanted.isPostRelease();
        return exact ? isEqual(version, wanted) : version.beginsWith(wanted.epoch(), wanted.release());
    }

    private static boolean isEqual(PythonVersion version, PythonVersion wanted) {
        PythonVersion compared = wanted.local().isEmpty() ? version.withoutLocal() : version;
        return compared.compareTo(wanted) == 0;
    }

    /** Not what comes before a release, unless the end does as well. */
    private static boolean isBelow(PythonVersion version, PythonVersion end) {
        return version.compareTo(end) < 0
                && (end.isBeforeRelease()
                        || !version.isBeforeRelease()
                        || version.base().compareTo(end.base()) != 0);
    }

    /** Not what comes after a release, unless the beginning does as well; nor its local versions. */
    private static boolean isAbove(PythonVersion version, PythonVersion start) {
        boolean same = version.base().compareTo(start.base()) == 0;
        return version.compareTo(start) > 0
                && !(same && version.isPostRelease() && !start.isPostRelease())
                && !(same && !version.local().isEmpty());
    }

    private static boolean isCompatible(PythonVersion version, PythonVersion wanted) {
        List<BigInteger> prefix = wanted.release().subList(0, wanted.release().size() - 1);
        return version.withoutLocal().compareTo(wanted) >= 0 && version.beginsWith(wanted.epoch(), prefix);
    }

    private static boolean isFrom(PythonVersion version, PythonVersion least, List<BigInteger> end) {
        return version.compareTo(least) >= 0
                && version.base().compareTo(new PythonVersion(least.epoch(), end, null, null, null, List.of())) < 0;
    }

    /** The first number that is not 0 must stay. */
    private static List<BigInteger> caretEnd(PythonVersion version) {
        List<BigInteger> numbers = version.release();
        int kept = 0;
        while (kept < numbers.size() - 1 && numbers.get(kept).signum() == 0) {
            kept++;
        }
        return next(numbers, kept);
    }

    /** The second number must stay, if it is there. */
    private static List<BigInteger> tildeEnd(PythonVersion version) {
        return next(version.release(), Math.min(1, version.release().size() - 1));
    }

    private static List<BigInteger> next(List<BigInteger> numbers, int place) {
        List<BigInteger> next = new ArrayList<>(numbers.subList(0, place + 1));
        next.set(place, next.get(place).add(BigInteger.ONE));
        return next;
    }

    boolean contains(PythonVersion version) {
        return holds.test(version);
    }
}
