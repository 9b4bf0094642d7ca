package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.Affinity;
import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.AppState;
import dev.tinyserv.agent.app.BuildSettings;
import dev.tinyserv.agent.app.ConfigVars;
import dev.tinyserv.agent.app.RepositoryPath;
import dev.tinyserv.agent.deploy.Operator;
import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.base.Refusal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Parameters;

final class AppsSet extends AppVerb {
    static final VerbDeclaration VERB = VerbDeclaration.changesApp(
                    "apps:set",
                    "Set what an app is built from, and which instance gets a request",
                    "Set what an app is built from, for the next push or redeploy, and which of several instances"
                            + " gets a request, at once.",
                    "root=FOLDER builds and runs a folder of the repository.",
                    "watch=PATH,… lets only pushes that change one of the paths make a release.",
                    "auto-cancel=on lets a push cancel the builds of earlier ones.",
                    "show=NAME,… lets the values of these config vars be read in the output of builds.",
                    "affinity=cookie brings a client back to the instance that served it, by a cookie; with affinity=none"
                            + " the instance with the fewest requests in flight gets the next one.",
                    "A setting without a value, such as root=, gets its default.")
            .by(Who.APP_USER)
            .example("tinyserv apps:set root=services/api watch=services/api,libs");

    private static final int MOST_PATHS = 50;
    private static final int MOST_NAMES = 100;

    @Parameters(
            paramLabel = "K=V",
            arity = "1..*",
            description = "root=FOLDER, watch=PATH,…, auto-cancel=on|off, show=NAME,… or affinity=cookie|none")
    private List<String> pairs = new ArrayList<>();

    /**
     * What a pair changes.
     *
     * @param ofBuilds whether it changes the next builds
     */
    private record Change(boolean ofBuilds, UnaryOperator<AppState> change) {
        static Change ofBuilds(UnaryOperator<BuildSettings> change) {
            return new Change(true, state -> state.withBuild(change));
        }
    }

    @Override
    Answer answer(Context context, AppName app) {
        List<Change> changes = pairs.stream().map(AppsSet::change).toList();
        Operator.Changed changed = context.operator()
                .change(
                        app,
                        context.account(),
                        "a change of settings",
                        former -> {
                            AppState all = former;
                            for (Change each : changes) {
                                all = each.change().apply(all);
                            }
                            return all;
                        },
                        context.cancellation());
        boolean ofBuilds = changes.stream().anyMatch(Change::ofBuilds);
        boolean ofRequests = !changes.stream().allMatch(Change::ofBuilds);
        AppState state = changed.state();
        return new NowSet(
                app.value(),
                ofBuilds ? AppSummary.Settings.of(state.build(), state.affinity()) : null,
                ofRequests ? state.affinity() : null,
                changed.untold().map(AppsSet::untold).orElse(List.of()));
    }

    private static List<String> untold(Refusal why) {
        return List.of(
                String.valueOf(why.getMessage()), "the affinity is set all the same; the router learns of it later");
    }

    private static Change change(String pair) {
        int equals = pair.indexOf('=');
        String key = equals < 0 ? "" : pair.substring(0, equals);
        String value = pair.substring(equals + 1);
        return switch (key) {
            case "root" -> {
                String root = RepositoryPath.checked(value);
                yield Change.ofBuilds(build -> build.withRoot(root));
            }
            case "watch" -> {
                List<String> paths = paths(value);
                yield Change.ofBuilds(build -> build.withWatch(paths));
            }
            case "auto-cancel" -> {
                boolean on = isFirst(key, value, "on", "off");
                yield Change.ofBuilds(build -> build.withAutoCancel(on));
            }
            case "show" -> {
                List<String> names = names(value);
                yield Change.ofBuilds(build -> build.withShow(names));
            }
            case "affinity" -> {
                Affinity affinity = isFirst(key, value, "cookie", "none") ? Affinity.COOKIE : Affinity.NONE;
                yield new Change(false, state -> state.withAffinity(affinity));
            }
            default ->
                throw Refusal.usage(
                        "'" + Printable.shortened(pair, 60) + "' is no setting of an app; there are root=FOLDER,"
                                + " watch=PATH,…, auto-cancel=on|off, show=NAME,… and affinity=cookie|none");
        };
    }

    /** Whether the value is the first word; the second, the default, may be left out. */
    private static boolean isFirst(String key, String value, String first, String second) {
        if (!List.of(first, second, "").contains(value)) {
            throw Refusal.usage(
                    key + " is '" + first + "' or '" + second + "', not '" + Printable.shortened(value, 40) + "'");
        }
        return value.equals(first);
    }

    private static List<String> paths(String value) {
        List<String> paths = Arrays.stream(value.split(",", -1))
                .map(RepositoryPath::checked)
                .filter(path -> !path.isEmpty())
                .distinct()
                .toList();
        if (paths.size() > MOST_PATHS) {
            throw Refusal.usage("watch has " + paths.size() + " paths; at most " + MOST_PATHS + " are watched");
        }
        return paths;
    }

    private static List<String> names(String value) {
        List<String> names = Arrays.stream(value.split(",", -1))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .distinct()
                .toList();
        if (names.size() > MOST_NAMES) {
            throw Refusal.usage("show has " + names.size() + " names; at most " + MOST_NAMES + " are shown");
        }
        names.forEach(ConfigVars::requireName);
        return names;
    }

    /**
     * What was set of an app.
     *
     * @param builds what its next build is of; null if that was not set
     * @param affinity which instance gets a request; null if that was not set
     * @param warnings why that is not in force yet; none if it is
     */
    private record NowSet(
            String app,
            AppSummary.@Nullable Settings builds,
            @Nullable Affinity affinity,
            List<String> warnings) implements Facts {
        @Override
        public Text text(Instant now) {
            Text text = new Text();
            if (builds != null) {
                text.line(nextBuild(builds));
            }
            if (affinity != null) {
                text.line(
                        affinity == Affinity.COOKIE
                                ? "Clients of " + app + " come back to the instance that served them, by a cookie"
                                : "The instance of " + app + " with the fewest requests in flight gets the next one");
            }
            return text;
        }

        private String nextBuild(AppSummary.Settings of) {
            return "The next build of " + app + " is of "
                    + (of.root().isEmpty() ? "the whole repository" : of.root())
                    + (of.watch().isEmpty()
                            ? "; every push makes a release"
                            : "; a push makes a release if it changes " + String.join(", ", of.watch()))
                    + (of.autoCancel() ? "; it cancels the builds of earlier ones" : "")
                    + (of.show().isEmpty() ? "" : "; it may print " + String.join(", ", of.show()))
                    + "; `redeploy` builds now";
        }
    }
}
