package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.ConfigVars;
import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.base.Refusal;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Parameters;

final class ConfigUnset extends AppVerb {
    static final VerbDeclaration VERB = VerbDeclaration.changesApp(
                    "config:unset",
                    "Remove variables and restart the app",
                    "Remove config vars, in one release for all of them.")
            .by(Who.APP_USER)
            .example("tinyserv config:unset GREETING");

    @Parameters(paramLabel = "NAME", arity = "1..*", description = "The variables' names.")
    private List<String> names = new ArrayList<>();

    @Override
    Answer answer(Context context, AppName app) {
        requireIn(context.releases().current(app).env(), app); // rather than wait for the turn first
        return ConfigSet.configuring(
                context, app, "Unset", names, vars -> requireIn(vars, app).without(names));
    }

    private ConfigVars requireIn(ConfigVars vars, AppName app) {
        for (String name : names) {
            if (!vars.asMap().containsKey(name)) {
                throw new Refusal(app + " has no config var " + Printable.shortened(name, 60)
                        + "; `config -j` shows those there are");
            }
        }
        return vars;
    }
}
