package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.git.GitServices;
import dev.tinyserv.agent.machine.Kernel;
import dev.tinyserv.agent.submit.Origin;
import dev.tinyserv.agent.submit.Submission;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.base.Sizes;
import dev.tinyserv.buildpacks.process.Transcript;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

final class Deploy extends AppVerb {
    static final VerbDeclaration VERB = VerbDeclaration.changesApp(
                    "deploy",
                    "Deploy a folder or a tar archive, without git",
                    "Deploy the files of a tar archive, which is read from stdin.",
                    "Without an archive, --dry-run is about the deployed branch.")
            .by(Who.APP_USER)
            .example("tar -cz . | tinyserv-remote deploy -a shop -");

    @Parameters(paramLabel = "-", arity = "0..1", description = "Stdin: a tar archive, plain or with gzip.")
    private String archive = "";

    @Option(names = "--dry-run", description = "Say what would happen, and what would fail; change nothing.")
    private boolean dryRun;

    @Override
    Answer answer(Context context, AppName app) {
        if (!archive.isEmpty() && !archive.equals("-")) {
            throw Refusal.usage("the archive comes on stdin: tar -cz . | tinyserv-remote deploy -a " + app + " -");
        }
        if (archive.isEmpty() && !dryRun) {
            throw Refusal.usage("say - for an archive on stdin; `redeploy` deploys the branch once more");
        }
        return new Work(transcript -> {
            deploy(context, app, context.origin(transcript));
            return Facts.none();
        });
    }

    private void deploy(Context context, AppName app, Origin origin) {
        GitServices git = context.services().deploys().git();
        if (!dryRun) {
            git.archives().deploy(app, origin, context.in());
        } else if (archive.isEmpty()) {
            inspect(context, git.repositories().standing(app, origin, "there is nothing that could be deployed"));
        } else {
            git.archives().inspect(app, origin, context.in(), submission -> inspect(context, submission));
        }
    }

    private static void inspect(Context context, Submission submission) {
        Transcript transcript = submission.origin().transcript();
        boolean fine = context.deployer().dryRun(submission);
        Kernel.ofThisMachine()
                .availableMemory()
                .ifPresent(bytes -> transcript.detail("memory    " + Sizes.of(bytes) + " available"));
        if (!fine) {
            throw new Refusal("a deploy would fail");
        }
    }
}
