package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.deploy.Deployment;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "releases:rollback",
        aliases = "rollback",
        description = "Bring code and config vars of an earlier release back, as a new release; builds nothing.",
        footer = "%nExample:%n  tinyserv rollback v7")
final class Rollback extends AppVerb {
    @Parameters(paramLabel = "vN", arity = "0..1", description = "The release; by default the one before.")
    private @Nullable String version;

    @Override
    void run(Context context, AppName app) {
        int number = version == null ? 0 : VersionName.parse(version);
        String what = "Rolling back " + app + (number == 0 ? "" : " to v" + number);
        Quiet.run(context.console(), what, transcript -> {
            Deployment done = context.services()
                    .deployer()
                    .rollback(app, context.account(), number, transcript, context.cancellation());
            return "done, " + done.release().name() + " (" + done.release().description() + ")";
        });
    }
}
