package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;

final class Redeploy extends AppVerb {
    static final VerbDeclaration VERB = VerbDeclaration.changesApp(
                    "redeploy",
                    "Build and deploy the current commit again",
                    "Build the deployed branch once more and deploy it; needs no new commit.")
            .by(Who.APP_USER)
            .example("tinyserv redeploy");

    @Override
    Answer answer(Context context, AppName app) {
        return new Work(transcript -> {
            context.services()
                    .deploys()
                    .deployer()
                    .redeploy(BranchSubmission.of(context, app, transcript, "`git push tinyserv main` deploys one"));
            return Facts.none();
        });
    }
}
