package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.build.DeployKeys;
import java.time.Instant;
import picocli.CommandLine.Option;

final class AppsDeployKey extends AppVerb {
    static final VerbDeclaration VERB = VerbDeclaration.changesApp(
                    "apps:deploy-key",
                    "Print the key with which builds fetch private submodules and packages",
                    "Print the public key with which an app's builds fetch private submodules and packages; "
                            + "the first call makes the key.")
            .by(Who.APP_USER)
            .example("tinyserv apps:deploy-key");

    @Option(names = "--new", description = "Make another key, forget the hosts, and use the former key no more.")
    private boolean another;

    @Override
    Answer answer(Context context, AppName app) {
        DeployKeys keys = context.services().apps().deployKeys();
        if (another) {
            keys.forget(app);
        }
        return new DeployKey(app.value(), keys.publicKey(app));
    }

    /** The public key of an app's builds. */
    private record DeployKey(String app, String publicKey) implements Facts {
        @Override
        public Text text(Instant now) {
            return new Text().line(publicKey);
        }
    }
}
