package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.BuildSettings;
import dev.tinyserv.agent.app.ConfigVars;
import dev.tinyserv.agent.app.RepositoryPath;
import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.base.Refusal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Parameters;

final class AppsSet extends AppVerb {
    static final VerbDeclaration VERB = VerbDeclaration.changesApp(
                    "apps:set",
                    "Set the folder that an app is built from, and the paths that it watches",
                    "Set what an app is built from; the next push or redeploy uses it.",
                    "root=FOLDER builds and runs a folder of the repository.",
                    "watch=PATH,… lets only pushes that change one of the paths make a release.",
                    "auto-cancel=on lets a push cancel the builds of earlier ones.",
                    "show=NAME,… lets the values of these config vars be read in the output of builds.",
                    "A setting without a value, such as root=, gets its default.")
            .by(Who.APP_USER)
            .example("tinyserv apps:set root=services/api watch=services/api,libs");

    private static final int MOST_PATHS = 50;
    private static final int MOST_NAMES = 100;

    @Parameters(
            paramLabel = "K=V",
            arity = "1..*",
            description = "root=FOLDER, watch=PATH,…, auto-cancel=on|off or show=NAME,…")
    private List<String> pairs = new ArrayList<>();

    @Override
    Answer answer(Context context, AppName app) {
        List<UnaryOperator<BuildSettings>> changes =
                pairs.stream().map(AppsSet::change).toList();
        BuildSettings build = context.operator()
                .change(
                        app,
                        context.account(),
                        "a change of settings",
                        former -> {
                            BuildSettings all = former;
                            for (UnaryOperator<BuildSettings> change : changes) {
                                all = change.apply(all);
                            }
                            return all;
                        },
                        context.cancellation());
        return new NextBuild(app.value(), AppSummary.Builds.of(build));
    }

    private static UnaryOperator<BuildSettings> change(String pair) {
        int equals = pair.indexOf('=');
        String key = equals < 0 ? pair : pair.substring(0, equals);
        String value = equals < 0 ? "" : pair.substring(equals + 1);
        if (equals > 0 && key.equals("root")) {
            String root = RepositoryPath.checked(value);
            return build -> build.withRoot(root);
        }
        if (equals > 0 && key.equals("watch")) {
            List<String> paths = Arrays.stream(value.split(",", -1))
                    .map(RepositoryPath::checked)
                    .filter(path -> !path.isEmpty())
                    .distinct()
                    .toList();
            if (paths.size() > MOST_PATHS) {
                throw Refusal.usage("watch has " + paths.size() + " paths; at most " + MOST_PATHS + " are watched");
            }
            return build -> build.withWatch(paths);
        }
        if (equals > 0 && key.equals("auto-cancel")) {
            if (!List.of("on", "off", "").contains(value)) {
                throw Refusal.usage("auto-cancel is 'on' or 'off', not '" + Printable.shortened(value, 40) + "'");
            }
            return build -> build.withAutoCancel(value.equals("on"));
        }
        if (equals > 0 && key.equals("show")) {
            List<String> names = names(value);
            return build -> build.withShow(names);
        }
        throw Refusal.usage("'" + Printable.shortened(pair, 60)
                + "' is no setting of an app; there are root=FOLDER, watch=PATH,…, auto-cancel=on|off and show=NAME,…");
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

    /** What the next build of an app is of. */
    private record NextBuild(String app, AppSummary.Builds builds) implements Facts {
        @Override
        public Text text(Instant now) {
            return new Text()
                    .line("The next build of " + app + " is of "
                            + (builds.root().isEmpty() ? "the whole repository" : builds.root())
                            + (builds.watch().isEmpty()
                                    ? "; every push makes a release"
                                    : "; a push makes a release if it changes " + String.join(", ", builds.watch()))
                            + (builds.autoCancel() ? "; it cancels the builds of earlier ones" : "")
                            + (builds.show().isEmpty() ? "" : "; it may print " + String.join(", ", builds.show()))
                            + "; `redeploy` builds now");
        }
    }
}
