package dev.tinyserv.agent.git;

import dev.tinyserv.agent.app.Account;
import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.buildpacks.process.Cancellation;
import dev.tinyserv.buildpacks.process.Transcript;
import dev.tinyserv.buildpacks.source.AppSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A version of an app that somebody wants to have live: what the pipeline begins with.
 *
 * @param app the app
 * @param by who submitted it
 * @param address the address of this machine that the submitter used, for URLs that we print
 * @param commit the full id of the commit
 * @param before the full id of the commit that the branch names until then; null for none
 * @param source the commit's files
 * @param transcript what the submitter reads
 * @param cancellation tells that the submitter has left
 * @param freshness looks again whether the submission still builds on what is current
 * @param comparison tells what the commit changes
 * @param storage keeps the commit
 */
public record Submission(
        AppName app,
        Account by,
        String address,
        String commit,
        @Nullable String before,
        AppSource source,
        Transcript transcript,
        Cancellation cancellation,
        Freshness freshness,
        Comparison comparison,
        Storage storage) {

    /** A look at whether nobody was faster. */
    @FunctionalInterface
    public interface Freshness {
        /** Throws a {@link dev.tinyserv.buildpacks.Refusal} ("fetch first") if the branch has moved meanwhile. */
        void check();
    }

    /** What holds the commit's objects back until the submission is accepted. */
    @FunctionalInterface
    public interface Storage {
        /**
         * Called just before the commit point: from then on the commit is in the app's repository, durably.
         *
         * @throws dev.tinyserv.buildpacks.Refusal if the disk does not take it
         */
        void keep();
    }

    /** A look at what the commit changes. */
    @FunctionalInterface
    public interface Comparison {
        /** Whether it has other content than an earlier commit at one of the paths or below; true if that is not known. */
        boolean changes(String earlier, List<String> paths);
    }
}
