package dev.tinyserv.agent.build;

import dev.tinyserv.agent.app.AppState;
import dev.tinyserv.agent.app.ConfigVars;
import dev.tinyserv.agent.app.Formation;
import dev.tinyserv.agent.app.ProcessType;
import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.buildpack.Buildpack;
import dev.tinyserv.buildpacks.buildpack.Buildpacks;
import dev.tinyserv.buildpacks.buildpack.staticsite.StaticBuildpack;
import dev.tinyserv.buildpacks.source.AppJson;
import dev.tinyserv.buildpacks.source.AppSource;
import dev.tinyserv.buildpacks.source.Procfile;
import dev.tinyserv.buildpacks.source.Subfolder;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A version of an app that is to be built, and with what.
 *
 * @param commit the full id of the commit
 * @param source the commit's files, from the folder that the app is built from
 * @param env the config vars
 * @param procfile the app's Procfile; empty if it has none
 * @param formation how many of each process run; none without a Procfile
 * @param buildpacks at least one, in their order
 * @param manifest what the app declares for running
 * @param detected whether the buildpacks were detected by the app's files, and not named
 */
record Wanted(
        String commit,
        Subfolder source,
        ConfigVars env,
        Optional<Procfile> procfile,
        Formation formation,
        List<Buildpack> buildpacks,
        Manifest manifest,
        boolean detected) {
    private static final int SHORT = 7;

    /**
     * Reads what is wanted from the app's state and the commit's files.
     *
     * @throws Refusal if a build is bound to fail
     */
    static Wanted of(AppState state, String commit, AppSource source, ConfigVars env, Buildpacks buildpacks)
            throws IOException {
        String root = state.build().root();
        if (!root.isEmpty() && !source.exists(root)) {
            throw new Refusal("there is no " + Printable.shortened(root, 120) + " in commit " + shortened(commit)
                    + ", which " + state.app() + " is built from; `apps:set root=` names another folder or none");
        }
        Subfolder folder = new Subfolder(source, root);
        Optional<Procfile> procfile = Procfile.read(folder);
        List<Buildpack> chosen = buildpacks.choose(folder, state.build().buildpacks());
        boolean detected = state.build().buildpacks().isEmpty() && !Buildpacks.areNamedIn(folder);
        Manifest manifest = Manifest.of(AppJson.read(folder));
        List<ProcessType> types = procfile.map(Procfile::commands).orElse(Map.of()).keySet().stream()
                .map(ProcessType::new)
                .toList();
        Formation formation =
                manifest.formation(state.scale().formation(), types, true).of(types);
        return new Wanted(commit, folder, env, procfile, formation, chosen, manifest, detected);
    }

    /** Whether no program of the app runs, now or later: the router serves its files, byte by byte. */
    boolean isSite() {
        return procfile.isEmpty() && buildpacks.stream().allMatch(StaticBuildpack.class::isInstance);
    }

    static String shortened(String commit) {
        return commit.substring(0, Math.min(SHORT, commit.length()));
    }
}
