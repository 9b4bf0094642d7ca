package dev.tinyserv.buildpacks.buildpack.node;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Whether an app wants its development dependencies in its releases. The variables are those of Heroku's buildpack; each
 * counts whichever package manager the app uses, and in capitals or not, as npm reads its own.
 */
final class DevelopmentDependencies {
    private static final Pattern NO = Pattern.compile("(?i)\\s*(false|0|no)\\s*");
    private static final Pattern YES = Pattern.compile("(?i)\\s*(true|1|yes)\\s*");
    /** npm takes several kinds with a blank line between them. */
    private static final Pattern DEV = Pattern.compile("\\bdev\\b");

    private static final Pattern PRODUCTION = Pattern.compile("\\s*(production)?\\s*");

    private static final List<Wish> WISHES = List.of(
            new Wish("npm_config_production", NO.asMatchPredicate()),
            new Wish("npm_config_include", DEV.asPredicate()),
            new Wish("yarn_production", NO.asMatchPredicate()),
            new Wish("yarn2_skip_pruning", YES.asMatchPredicate()),
            new Wish("pnpm_skip_pruning", YES.asMatchPredicate()),
            new Wish("node_env", PRODUCTION.asMatchPredicate().negate()));

    private record Wish(String variable, Predicate<String> keeps) {
        boolean isMadeBy(Map.Entry<String, String> entry) {
            return entry.getKey().toLowerCase(Locale.ROOT).equals(variable) && keeps.test(entry.getValue());
        }
    }

    private DevelopmentDependencies() {}

    /** The name of the variable that keeps them; empty if none does. */
    static Optional<String> keptBy(Map<String, String> environment) {
        return environment.entrySet().stream()
                .filter(entry -> WISHES.stream().anyMatch(wish -> wish.isMadeBy(entry)))
                .map(Map.Entry::getKey)
                .sorted()
                .findFirst();
    }
}
