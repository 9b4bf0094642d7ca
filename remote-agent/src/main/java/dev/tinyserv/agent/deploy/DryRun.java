package dev.tinyserv.agent.deploy;

import dev.tinyserv.agent.app.AppState;
import dev.tinyserv.agent.app.ConfigVars;
import dev.tinyserv.agent.app.Formation;
import dev.tinyserv.agent.app.ProcessType;
import dev.tinyserv.agent.build.BuildPipeline;
import dev.tinyserv.agent.build.BuildPlan;
import dev.tinyserv.agent.config.ServerSettings;
import dev.tinyserv.agent.release.Release;
import dev.tinyserv.agent.release.Releases;
import dev.tinyserv.agent.store.Apps;
import dev.tinyserv.agent.submit.Submission;
import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.base.Sizes;
import dev.tinyserv.buildpacks.process.Transcript;
import dev.tinyserv.buildpacks.source.Subfolder;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;

/** Says what a deploy would do, and changes nothing. */
record DryRun(ServerSettings settings, Apps apps, Releases releases, BuildPipeline pipeline) {
    private static final int MOST_CHARACTERS = 160;

    private interface Part {
        void tell() throws IOException;
    }

    /**
     * Tells the submitter what a deploy would do. Returns whether no reason to fail was found.
     *
     * @param passes whether the submission changes nothing that the app watches
     */
    boolean of(Submission submission, boolean passes) {
        submission.origin().by().requireUseOf(submission.app());
        AppState state = apps.get(submission.app());
        ConfigVars env = releases.current(submission.app()).env();
        Transcript transcript = submission.origin().transcript();
        transcript.step("Dry run: nothing is built, and nothing changes");
        if (passes) {
            detail(
                    transcript,
                    "watches",
                    String.join(", ", state.build().watch()) + ": nothing changed, so no release is made");
            return true;
        }
        boolean complete = holds(transcript, () -> tellVariables(submission, state, env));
        boolean builds = holds(transcript, () -> tellBuild(submission, state, env));
        return complete && builds;
    }

    private static boolean holds(Transcript transcript, Part part) {
        try {
            part.tell();
            return true;
        } catch (Refusal e) {
            e.getMessage().lines().forEach(transcript::problem);
        } catch (IOException e) {
            transcript.problem("the files cannot be read: " + e.getMessage());
        }
        return false;
    }

    private static void tellVariables(Submission submission, AppState state, ConfigVars env) throws IOException {
        Map<String, String> added = AppDefaults.of(
                new Subfolder(submission.source(), state.build().root()),
                env,
                submission.origin().transcript());
        if (!added.isEmpty()) {
            detail(submission.origin().transcript(), "sets", String.join(" ", added.keySet()) + ", as app.json says");
        }
    }

    private void tellBuild(Submission submission, AppState state, ConfigVars env) {
        Transcript transcript = submission.origin().transcript();
        BuildPlan plan = pipeline.plan(state, submission, env);
        SortedMap<String, String> commands = plan.commands();
        Formation formation = formation(state, releases.current(state.app()), plan);
        if (plan.site() || commands == null || formation.count(ProcessType.WEB) > 0) {
            detail(
                    transcript,
                    "address",
                    settings.urlOf(state.port(), submission.origin().address()));
        } else {
            boolean scaledAway = formation.counts().containsKey(ProcessType.WEB);
            detail(transcript, "address", "none: " + (scaledAway ? "web is scaled to 0" : "there is no web process"));
        }
        plan.with().forEach(with -> detail(transcript, "builds", "with " + with));
        if (plan.site()) {
            detail(transcript, "runs", "a site: the router serves its files");
        }
        if (commands == null) {
            detail(transcript, "runs", "what the build decides: there is no Procfile");
        } else {
            commands.forEach((name, command) -> tellProcesses(transcript, new ProcessType(name), command, formation));
        }
        detail(
                transcript,
                "disk",
                Sizes.of(plan.bytes()) + " of files, "
                        + (plan.lastBytes() == 0 ? "" : "the last build took " + Sizes.of(plan.lastBytes()) + ", ")
                        + Sizes.of(plan.freeBytes()) + " free");
    }

    /** What would run of the commit's types, as the deploy would find it. */
    private static Formation formation(AppState state, Release current, BuildPlan plan) {
        List<ProcessType> types = (plan.commands() == null
                        ? Set.<String>of()
                        : plan.commands().keySet())
                .stream().map(ProcessType::new).toList();
        Formation known = DesiredFormation.heeding(state, current).scale().formation();
        return plan.manifest().formation(known, types, true).of(types);
    }

    /** How many processes of one type would run; the release phase is one that does not stay. */
    private static void tellProcesses(Transcript transcript, ProcessType type, String command, Formation formation) {
        int count = type.equals(ProcessType.RELEASE) ? 1 : formation.count(type);
        String shown = type + ": " + Printable.shortened(command, MOST_CHARACTERS);
        String more = count == 0
                ? " (scaled to 0; ps:scale " + type + "=1 starts one)"
                : count == 1 ? "" : " (" + count + " processes)";
        detail(transcript, count == 0 ? "leaves" : "runs", shown + more);
    }

    private static void detail(Transcript transcript, String name, String value) {
        transcript.detail(String.format("%-9s %s", name, value));
    }
}
