package dev.tinyserv.buildpacks.buildpack.node;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A version of Node.js, such as {@code v20.20.2}. */
record NodeVersion(int major, int minor, int patch) implements Comparable<NodeVersion> {
    private static final Pattern FORM = Pattern.compile("v?(\\d{1,6})\\.(\\d{1,6})\\.(\\d{1,6})(?:[-+].*)?");
    private static final Comparator<NodeVersion> ORDER = Comparator.comparingInt(NodeVersion::major)
            .thenComparingInt(NodeVersion::minor)
            .thenComparingInt(NodeVersion::patch);

    static Optional<NodeVersion> parse(String text) {
        Matcher parts = FORM.matcher(text.strip());
        if (!parts.matches()) {
            return Optional.empty();
        }
        return Optional.of(new NodeVersion(
                Integer.parseInt(parts.group(1)), Integer.parseInt(parts.group(2)), Integer.parseInt(parts.group(3))));
    }

    @Override
    public int compareTo(NodeVersion other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return "v" + major + "." + minor + "." + patch;
    }
}
