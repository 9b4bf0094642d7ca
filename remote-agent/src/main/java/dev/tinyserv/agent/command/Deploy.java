package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.Sizes;
import dev.tinyserv.agent.doctor.Kernel;
import dev.tinyserv.agent.git.GitReceiver;
import dev.tinyserv.agent.git.Submission;
import dev.tinyserv.buildpacks.Refusal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "deploy",
        description = {
            "Deploy the files of a tar archive, which is read from stdin.",
            "With --dry-run it only says what a deploy would do; without an archive, of the deployed branch."
        },
        footer = "%nExample:%n  tar -cz . | tinyserv-remote deploy -a shop -")
final class Deploy extends AppVerb {
    @Parameters(paramLabel = "-", arity = "0..1", description = "Stdin: a tar archive, plain or with gzip.")
    private String archive = "";

    @Option(names = "--dry-run", description = "Say what would happen, and what would fail; change nothing.")
    private boolean dryRun;

    @Override
    void run(Context context, AppName app) {
        if (!archive.isEmpty() && !archive.equals("-")) {
            throw Refusal.usage("the archive comes on stdin: tar -cz . | tinyserv-remote deploy -a " + app + " -");
        }
        GitReceiver git = context.services().git();
        if (dryRun && archive.isEmpty()) {
            tell(context, BranchSubmission.of(context, app, "there is nothing that could be deployed"));
        } else if (dryRun) {
            git.inspectArchive(
                    app,
                    context.account(),
                    context.host(),
                    context.in(),
                    context.console().transcript(),
                    context.cancellation(),
                    submission -> tell(context, submission));
        } else if (archive.isEmpty()) {
            throw Refusal.usage("say - for an archive on stdin; `redeploy` deploys the branch once more");
        } else {
            git.deployArchive(
                    app,
                    context.account(),
                    context.host(),
                    context.in(),
                    context.console().transcript(),
                    context.cancellation());
        }
    }

    private static void tell(Context context, Submission submission) {
        boolean fine = context.services().deployer().dryRun(submission);
        Kernel.ofThisMachine()
                .availableMemory()
                .ifPresent(
                        bytes -> context.console().transcript().detail("memory    " + Sizes.of(bytes) + " available"));
        if (!fine) {
            throw new Refusal("a deploy would fail");
        }
    }
}
