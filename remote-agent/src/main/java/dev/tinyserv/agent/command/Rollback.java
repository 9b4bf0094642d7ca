package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.deploy.Deployment;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Parameters;

final class Rollback extends AppVerb {
    static final VerbDeclaration VERB = VerbDeclaration.changesApp(
                    "releases:rollback",
                    "Bring back an older release",
                    "Bring code and config vars of an earlier release back, as a new release; builds nothing.")
            .shortName("rollback")
            .by(Who.APP_USER)
            .example("tinyserv rollback v7");

    @Parameters(paramLabel = "vN", arity = "0..1", description = "The release; by default the one before.")
    private @Nullable String version;

    @Override
    Answer answer(Context context, AppName app) {
        int number = version == null ? 0 : VersionName.parse(version);
        String what = "Rolling back " + app + (number == 0 ? "" : " to v" + number);
        return new Deed(what, transcript -> {
            Deployment done =
                    context.deployer().rollback(app, context.account(), number, transcript, context.cancellation());
            return NewRelease.of(done.release(), " (" + done.release().making().description() + ")");
        });
    }
}
