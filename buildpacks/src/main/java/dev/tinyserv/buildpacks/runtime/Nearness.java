package dev.tinyserv.buildpacks.runtime;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How near a version is to what somebody asks for, the nearest first: the nearest major number, then the nearest minor
 * number, then the newest. Of two that are equally near it is the newer one. To a range, the nearest of the versions in its
 * text counts, but for those that it excludes.
 */
final class Nearness implements Comparator<Version> {
    private static final String VERSION = "v?\\d{1,6}(?:\\.\\d{1,6}){0,2}";
    private static final Pattern VERSIONS = Pattern.compile("(?<!(?:!=|<>)\\s{0,5})(?<![\\w.+])(?<!\\d-)" + VERSION
            + "|(?<=\\b(?:go|python|ruby|node|jdk|java|php))" + VERSION);
    private static final int MOST_ASKED = 20;

    private final List<VersionPrefix> asked;

    /** To what is asked for in this text; if it names no version, all are equally near. */
    Nearness(String text) {
        this.asked = VERSIONS.matcher(text)
                .results()
                .limit(MOST_ASKED)
                .map(found -> VersionPrefix.parse(found.group()))
                .flatMap(Optional::stream)
                .toList();
    }

    /** Whether the text named a version at all. */
    boolean isKnown() {
        return !asked.isEmpty();
    }

    @Override
    public int compare(Version one, Version other) {
        int byDistance = least(one).compareTo(least(other));
        return byDistance != 0 || !isKnown() ? byDistance : other.compareTo(one);
    }

    private Distance least(Version version) {
        return asked.stream()
                .map(prefix -> Distance.between(prefix, version))
                .min(Comparator.naturalOrder())
                .orElse(new Distance(0, 0, 0));
    }

    /**
     * How far a version is from another.
     *
     * @param major how many major numbers lie between them
     * @param older 1 if its major number is less, else 0
     * @param minor how many minor numbers lie between them; of another major version, those up to its near end
     */
    private record Distance(int major, int older, int minor) implements Comparable<Distance> {
        private static final Comparator<Distance> ORDER = Comparator.comparingInt(Distance::major)
                .thenComparingInt(Distance::older)
                .thenComparingInt(Distance::minor);

        static Distance between(VersionPrefix asked, Version version) {
            int major = asked.major() == null ? 0 : version.major() - asked.major();
            if (major != 0) {
                int minor = major > 0 ? version.minor() : -version.minor();
                return new Distance(Math.abs(major), major > 0 ? 0 : 1, minor);
            }
            return new Distance(0, 0, asked.minor() == null ? 0 : Math.abs(version.minor() - asked.minor()));
        }

        @Override
        public int compareTo(Distance other) {
            return ORDER.compare(this, other);
        }
    }
}
