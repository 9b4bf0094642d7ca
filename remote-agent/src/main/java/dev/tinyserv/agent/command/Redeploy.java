package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.submit.Submission;

final class Redeploy extends AppVerb {
    static final VerbDeclaration VERB = VerbDeclaration.changesApp(
                    "redeploy",
                    "Build and deploy the branch again",
                    "Build the deployed branch once more and deploy it, without a new commit.")
            .by(Who.APP_USER)
            .example("tinyserv redeploy");

    @Override
    Answer answer(Context context, AppName app) {
        return new Work(transcript -> {
            Services.Deploys deploys = context.services().deploys();
            Submission standing = deploys.git()
                    .repositories()
                    .standing(app, context.origin(transcript), "`git push tinyserv main` deploys one");
            deploys.deployer().redeploy(standing);
            return Facts.none();
        });
    }
}
