package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import picocli.CommandLine.Command;

@Command(
        name = "redeploy",
        description = "Build the deployed branch once more and deploy it; needs no new commit.",
        footer = "%nExample:%n  tinyserv redeploy")
final class Redeploy extends AppVerb {
    @Override
    void run(Context context, AppName app) {
        context.services()
                .deployer()
                .redeploy(BranchSubmission.of(context, app, "`git push tinyserv main` deploys one"));
    }
}
