package dev.tinyserv.buildpacks.buildpack;

import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.runtime.Toolchain;
import dev.tinyserv.buildpacks.source.AppSource;
import java.io.IOException;
import java.util.Optional;

/** Turns the source of an app in one language into a tree that runs. Implementations hold no state. */
public interface Buildpack {
    /** The name that users know it by: {@code node}. */
    String name();

    /** The programs that its builds and apps need on the server; empty if they need none. */
    default Optional<Toolchain> toolchain() {
        return Optional.empty();
    }

    /** Whether the source has the files by which this buildpack is chosen. */
    boolean detects(AppSource source) throws IOException;

    /**
     * Whether this buildpack also builds, without being named, after the one that was detected.
     *
     * @param detected the name of the detected buildpack
     */
    default boolean completes(AppSource source, String detected) throws IOException {
        return false;
    }

    /**
     * What a build would do. Runs nothing of the app and changes nothing. Warnings go to the transcript.
     *
     * @throws Refusal if the build would fail for a reason that is known before
     */
    default Plan plan(Build build) throws IOException {
        return Plan.undecided(name());
    }

    /**
     * Whether the build may decide how an app without a Procfile runs. False only if it certainly will not. Runs
     * nothing.
     */
    default boolean mayTellHowItRuns(Build build) throws IOException {
        return true;
    }

    /**
     * Builds in place: the source has been written to {@link Build#folder()}.
     *
     * @return what the release needs to know
     * @throws Refusal if the build failed; the message says at which step and what to do
     */
    BuiltApp build(Build build) throws IOException;
}
