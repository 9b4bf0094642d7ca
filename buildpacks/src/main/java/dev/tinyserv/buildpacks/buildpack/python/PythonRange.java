package dev.tinyserv.buildpacks.buildpack.python;

import dev.tinyserv.buildpacks.runtime.Version;
import dev.tinyserv.buildpacks.runtime.VersionRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A range of versions as in {@code requires-python}: the specifiers of PEP 440, and Poetry's {@code ^}, {@code ~},
 * {@code ||} and spaces between comparators. A version without an operator, as Pipenv writes it, stands for all that begin
 * so. A version before a release is compared as any other one: whoever installed it wants it.
 *
 * @param alternatives of which one must hold, each of specifiers that must all hold
 */
record PythonRange(List<List<PythonSpecifier>> alternatives) implements VersionRange {
    private static final int LONGEST = 1_000;

    /** Between specifiers there is a comma, or, with Poetry, only a space. */
    private static final String AND = ",|(?<=[\\w*])\\s+(?=[<>=!~^])";

    PythonRange {
        alternatives = List.copyOf(alternatives);
    }

    /** Empty if it is written in a way that we do not know. */
    static Optional<PythonRange> parse(String text) {
        if (text.length() > LONGEST) {
            return Optional.empty();
        }
        List<List<PythonSpecifier>> alternatives = new ArrayList<>();
        for (String alternative : text.split("\\|\\|?", -1)) {
            List<PythonSpecifier> all = new ArrayList<>();
            for (String part : alternative.split(AND, -1)) {
                Optional<PythonSpecifier> specifier = PythonSpecifier.parse(part.strip());
                if (specifier.isEmpty() && !part.isBlank()) {
                    return Optional.empty();
                }
                specifier.ifPresent(all::add);
            }
            alternatives.add(List.copyOf(all));
        }
        return Optional.of(new PythonRange(alternatives));
    }

    @Override
    public boolean contains(Version version) {
        return PythonVersion.parse(version.toString()).filter(this::contains).isPresent();
    }

    /** Whether the version belongs to it. */
    boolean contains(PythonVersion version) {
        return alternatives.stream().anyMatch(all -> all.stream().allMatch(each -> each.contains(version)));
    }
}
