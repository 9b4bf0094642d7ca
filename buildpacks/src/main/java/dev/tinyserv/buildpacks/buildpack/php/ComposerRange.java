package dev.tinyserv.buildpacks.buildpack.php;

import dev.tinyserv.buildpacks.runtime.Version;
import dev.tinyserv.buildpacks.runtime.VersionRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A range of versions as in {@code require.php}: Composer's grammar. A version without an operator is exactly that one:
 * to Composer {@code 8.2} is 8.2.0.
 *
 * @param alternatives of which one must hold, each of constraints that must all hold
 */
record ComposerRange(List<List<ComposerConstraint>> alternatives) implements VersionRange {
    private static final int LONGEST = 1_000;
    private static final String AND = "(?<![<>=~^!,\\s-])\\s*(?:,\\s*|\\s+)(?![-,\\s])";

    ComposerRange {
        alternatives = List.copyOf(alternatives);
    }

    /** Empty if it is written in a way that we do not know. */
    static Optional<ComposerRange> parse(String text) {
        if (text.length() > LONGEST) {
            return Optional.empty();
        }
        List<List<ComposerConstraint>> alternatives = new ArrayList<>();
        for (String alternative : text.strip().split("\\s*\\|\\|?\\s*", -1)) {
            List<ComposerConstraint> all = new ArrayList<>();
            for (String part : alternative.split(AND, -1)) {
                Optional<ComposerConstraint> constraint = ComposerConstraint.parse(part.strip());
                if (constraint.isEmpty()) {
                    return Optional.empty();
                }
                all.add(constraint.get());
            }
            alternatives.add(List.copyOf(all));
        }
        return Optional.of(new ComposerRange(alternatives));
    }

    @Override
    public boolean contains(Version version) {
        return ComposerVersion.parse(version.toString()).filter(this::contains).isPresent();
    }

    /** Whether the version belongs to it. */
    boolean contains(ComposerVersion version) {
        return alternatives.stream().anyMatch(all -> all.stream().allMatch(each -> each.contains(version)));
    }
}
