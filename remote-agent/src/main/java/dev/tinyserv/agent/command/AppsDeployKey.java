package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.build.DeployKeys;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "apps:deploy-key",
        description =
                "Print the public key with which an app's builds fetch private submodules and packages; it is made the"
                        + " first time.",
        footer = "%nExample:%n  tinyserv apps:deploy-key")
final class AppsDeployKey extends AppVerb {
    @Option(names = "--new", description = "Make another one, and forget the hosts; the former is not used any more.")
    private boolean another;

    @Override
    void run(Context context, AppName app) {
        context.services().apps().get(app);
        DeployKeys keys = context.services().deployKeys();
        if (another) {
            keys.forget(app);
        }
        context.console().line(keys.publicKey(app));
    }
}
