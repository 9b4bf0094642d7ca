package dev.tinyserv.agent.deploy;

import dev.tinyserv.agent.app.ProcessName;
import dev.tinyserv.agent.app.ProcessType;
import dev.tinyserv.agent.build.Manifest;
import dev.tinyserv.agent.release.Release;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.process.Cancellation;
import dev.tinyserv.buildpacks.process.Transcript;
import java.time.Duration;
import java.util.List;

/** The commands that run once around a release: its release phase, and what app.json declares. */
final class Scripts {
    private final Instances instances;
    private final Duration limit;

    /**
     * Scripts of any app.
     *
     * @param limit the longest time of one
     */
    Scripts(Instances instances, Duration limit) {
        this.instances = instances;
        this.limit = limit;
    }

    /** Runs what comes before the release goes live. A command that fails refuses the release. */
    void before(Release release, Transcript transcript, Cancellation cancellation) {
        String predeploy = release.manifest().scripts().get(Manifest.PREDEPLOY);
        if (predeploy != null && isDeploy(release)) {
            transcript.step("Before the deploy: " + predeploy);
            run(release, "predeploy", predeploy, transcript, cancellation);
        }
        String releasePhase = release.processes().get(ProcessType.RELEASE);
        if (releasePhase != null) {
            transcript.step("Release phase: " + releasePhase);
            run(release, ProcessType.RELEASE.value(), releasePhase, transcript, cancellation);
        }
    }

    /**
     * Runs what comes after the release has gone live. A command that fails is told: the release counts.
     *
     * @param first whether it is the app's first deploy
     */
    void after(Release release, boolean first, Transcript transcript) {
        if (!isDeploy(release)) {
            return;
        }
        List<String> names =
                first ? List.of(Manifest.FIRST_POSTDEPLOY, Manifest.POSTDEPLOY) : List.of(Manifest.POSTDEPLOY);
        for (String name : names) {
            String command = release.manifest().scripts().get(name);
            if (command != null) {
                String when = name.equals(Manifest.POSTDEPLOY) ? "deploy: " : "first deploy: ";
                transcript.step("After the " + when + command);
                runAndTell(release, command, transcript);
            }
        }
    }

    private void runAndTell(Release release, String command, Transcript transcript) {
        try {
            run(release, "postdeploy", command, transcript, new Cancellation());
        } catch (Refusal e) {
            transcript.problem(e.getMessage() + "; " + release.name() + " is live and stays so");
        }
    }

    private void run(Release release, String type, String command, Transcript transcript, Cancellation cancellation) {
        ProcessName name = new ProcessName(new ProcessType(type), 1);
        OneOff once = new OneOff(release, name, command, limit, OneOff.Streams.to(transcript::detail));
        instances.run(once, cancellation).requireSuccess();
    }

    private static boolean isDeploy(Release release) {
        return switch (release.making().cause()) {
            case PUSH, REDEPLOY -> true;
            case CREATE, CONFIG, ROLLBACK -> false;
        };
    }
}
