package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.git.GitReceiver;
import dev.tinyserv.agent.git.Submission;
import dev.tinyserv.buildpacks.Refusal;
import dev.tinyserv.buildpacks.process.Transcript;

/** The commit that an app's branch names already, submitted without a push. */
final class BranchSubmission {
    private BranchSubmission() {}

    /** Throws a {@link Refusal} if the branch has no commit, with what the caller wanted. */
    static Submission of(Context context, AppName app, Transcript transcript, String without) {
        GitReceiver git = context.services().deploys().git();
        String commit = git.tip(app).orElseThrow(() -> new Refusal(app + " has no commit yet; " + without));
        return new Submission(
                app,
                context.account(),
                context.host(),
                commit,
                commit,
                git.source(app, commit),
                transcript,
                context.cancellation(),
                () -> {
                    if (!git.tip(app).filter(commit::equals).isPresent()) {
                        throw new Refusal("somebody pushed meanwhile; run redeploy again");
                    }
                },
                (earlier, paths) -> true,
                () -> {});
    }
}
