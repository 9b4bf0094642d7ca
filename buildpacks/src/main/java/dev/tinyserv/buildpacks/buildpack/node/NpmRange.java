package dev.tinyserv.buildpacks.buildpack.node;

import dev.tinyserv.buildpacks.runtime.Version;
import dev.tinyserv.buildpacks.runtime.VersionRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A range of versions as in {@code engines.node}: the grammar of npm's semver, which node-semver's documents define. A
 * version before a release belongs to a range only if that names one of the same numbers.
 *
 * @param alternatives of which one must hold
 */
record NpmRange(List<NpmComparators> alternatives) implements VersionRange {
    private static final int LONGEST = 2_000;
    private static final Pattern HYPHEN = Pattern.compile("(\\S+) - (\\S+)");
    private static final Pattern OPERATOR_SPACE = Pattern.compile("(?<!=)(~>?|\\^|[<>]=?|=) (?=\\S)");

    NpmRange {
        alternatives = List.copyOf(alternatives);
    }

    /** Empty if npm would not take it for a range either. */
    static Optional<NpmRange> parse(String text) {
        if (text.length() > LONGEST) {
            return Optional.empty();
        }
        List<NpmComparators> alternatives = new ArrayList<>();
        for (String alternative : text.strip().replaceAll("\\s+", " ").split("\\|\\|", -1)) {
            Optional<NpmComparators> comparators = comparators(alternative.strip());
            if (comparators.isEmpty()) {
                return Optional.empty();
            }
            alternatives.add(comparators.get());
        }
        // To npm an alternative that takes any release makes the others meaningless, those before a release, too.
        List<NpmComparators> any =
                alternatives.stream().filter(NpmComparators::isAny).toList();
        return Optional.of(new NpmRange(any.isEmpty() ? alternatives : any));
    }

    private static Optional<NpmComparators> comparators(String text) {
        NpmComparators all = new NpmComparators();
        Matcher hyphen = HYPHEN.matcher(text);
        if (hyphen.matches()) {
            return all.addFromTo(hyphen.group(1), hyphen.group(2)) ? Optional.of(all) : Optional.empty();
        }
        for (String part : OPERATOR_SPACE.matcher(text).replaceAll("$1").split(" ", -1)) {
            if (!part.isEmpty() && !all.add(part)) {
                return Optional.empty();
            }
        }
        return Optional.of(all);
    }

    @Override
    public boolean contains(Version version) {
        return SemVer.parse(version.toString()).filter(this::contains).isPresent();
    }

    /** Whether the version belongs to it. */
    boolean contains(SemVer version) {
        return alternatives.stream().anyMatch(each -> each.hold(version));
    }
}
