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

    /** What its builds and apps need on the server; empty if nothing that a server could lack. */
    default Optional<Toolchain> toolchain() {
        return Optional.empty();
    }

    /** Whether this buildpack is meant for that source, by the files its community uses. */
    boolean detects(AppSource source) throws IOException;

    /**
     * Whether this buildpack goes on with what the one that was detected has built, without being asked for.
     *
     * @param detected the name of that one
     */
    default boolean completes(AppSource source, String detected) throws IOException {
        return false;
    }

    /**
     * What a build would do. Runs nothing of the app and changes nothing; what would be warned about goes to the
     * transcript.
     *
     * @throws Refusal if it would fail for a reason that is known before
     */
    default Plan plan(Build build) throws IOException {
        return Plan.undecided(name());
    }

    /**
     * Whether its build may tell how an app without a Procfile runs: false only if it is certain before that it will not.
     * Runs nothing.
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
