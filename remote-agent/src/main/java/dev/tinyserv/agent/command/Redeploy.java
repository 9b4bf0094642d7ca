package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.git.GitReceiver;
import dev.tinyserv.agent.git.Submission;
import dev.tinyserv.buildpacks.Refusal;
import picocli.CommandLine.Command;

@Command(
        name = "redeploy",
        description = "Build the deployed branch once more and deploy it; needs no new commit.",
        footer = "%nExample:%n  tinyserv redeploy")
final class Redeploy extends AppVerb {
    @Override
    void run(Context context, AppName app) {
        GitReceiver git = context.services().git();
        String commit = git.tip(app)
                .orElseThrow(() -> new Refusal(app + " has no commit yet; `git push tinyserv main` deploys one"));
        context.services()
                .deployer()
                .redeploy(new Submission(
                        app,
                        context.account(),
                        context.host(),
                        commit,
                        commit,
                        git.source(app, commit),
                        context.console().transcript(),
                        context.cancellation(),
                        () -> {
                            if (!git.tip(app).filter(commit::equals).isPresent()) {
                                throw new Refusal("somebody pushed meanwhile; run redeploy again");
                            }
                        },
                        (earlier, paths) -> true));
    }
}
