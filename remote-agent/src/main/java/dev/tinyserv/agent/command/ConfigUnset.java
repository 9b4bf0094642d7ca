package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.deploy.Deployment;
import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.base.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Parameters;

final class ConfigUnset extends AppVerb {
    static final VerbDeclaration VERB = VerbDeclaration.changesApp(
                    "config:unset",
                    "Remove variables and restart the app",
                    "Remove config vars: one release for all of them.")
            .by(Who.APP_USER)
            .example("tinyserv config:unset GREETING");

    @Parameters(paramLabel = "NAME", arity = "1..*", description = "The variables' names.")
    private List<String> names = new ArrayList<>();

    @Override
    Answer answer(Context context, AppName app) {
        Set<String> known = context.releases().current(app).env().asMap().keySet();
        for (String name : names) {
            if (!known.contains(name)) {
                throw new Refusal(app + " has no config var " + Printable.shortened(name, 60)
                        + "; `config -j` shows those there are");
            }
        }
        String all = String.join(", ", names);
        return new Deed("Unsetting " + all + " and restarting " + app, transcript -> {
            Deployment done = context.deployer()
                    .configure(
                            app,
                            context.account(),
                            "Unset " + all,
                            vars -> vars.without(names),
                            transcript,
                            context.cancellation());
            return NewRelease.of(done.release(), BuiltInVars.hint(done.release(), names));
        });
    }
}
