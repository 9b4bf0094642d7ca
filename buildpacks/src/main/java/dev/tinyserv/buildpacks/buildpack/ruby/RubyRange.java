package dev.tinyserv.buildpacks.buildpack.ruby;

import dev.tinyserv.buildpacks.runtime.Version;
import dev.tinyserv.buildpacks.runtime.VersionRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A range of versions as RubyGems writes it, such as {@code ~> 3.1}: requirements that must all hold. Without an operator
 * it is exactly that version, as Bundler will insist on as well.
 */
record RubyRange(List<Requirement> requirements) implements VersionRange {
    /** Behind the numbers, as in {@code 3.1.2p20}, it tells nothing that counts. */
    private static final Pattern PATCH_LEVEL = Pattern.compile("-?p\\d{1,6}\\s*$");

    private static final Pattern FORM = Pattern.compile("\\s*(~>|!=|>=|<=|>|<|=)?\\s*(" + GemVersion.FORM + ")\\s*");

    /** One requirement. */
    record Requirement(String operator, GemVersion version) {
        boolean holds(GemVersion other) {
            int order = other.compareTo(version);
            return switch (operator) {
                case "~>" -> order >= 0 && other.release().compareTo(version.bump()) < 0;
                case "!=" -> order != 0;
                case ">=" -> order >= 0;
                case "<=" -> order <= 0;
                case ">" -> order > 0;
                case "<" -> order < 0;
                default -> order == 0;
            };
        }
    }

    RubyRange {
        requirements = List.copyOf(requirements);
    }

    /** All of these together; empty if one is written in a way that we do not know. */
    static Optional<RubyRange> parse(List<String> texts) {
        List<Requirement> all = new ArrayList<>();
        for (String text : texts) {
            Matcher parts = FORM.matcher(PATCH_LEVEL.matcher(text).replaceFirst(""));
            Optional<GemVersion> version = parts.matches() ? GemVersion.parse(parts.group(2)) : Optional.empty();
            if (version.isEmpty()) {
                return Optional.empty();
            }
            String operator = parts.group(1) == null ? "=" : parts.group(1);
            all.add(new Requirement(operator, version.get()));
        }
        return Optional.of(new RubyRange(all));
    }

    @Override
    public boolean contains(Version version) {
        return GemVersion.parse(version.toString()).filter(this::contains).isPresent();
    }

    /** Whether the version belongs to it. */
    boolean contains(GemVersion version) {
        return requirements.stream().allMatch(each -> each.holds(version));
    }
}
