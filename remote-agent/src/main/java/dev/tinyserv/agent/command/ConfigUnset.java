package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.Printable;
import dev.tinyserv.agent.deploy.Deployment;
import dev.tinyserv.buildpacks.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "config:unset",
        description = "Remove config vars: one release for all of them.",
        footer = "%nExample:%n  tinyserv config:unset GREETING")
final class ConfigUnset extends AppVerb {
    @Parameters(paramLabel = "NAME", arity = "1..*", description = "The variables' names.")
    private List<String> names = new ArrayList<>();

    @Override
    void run(Context context, AppName app) {
        Set<String> known =
                context.services().releases().current(app).env().asMap().keySet();
        for (String name : names) {
            if (!known.contains(name)) {
                throw new Refusal(app + " has no config var " + Printable.shortened(name, 60)
                        + "; `config -j` shows those there are");
            }
        }
        String all = String.join(", ", names);
        Quiet.run(context.console(), "Unsetting " + all + " and restarting " + app, transcript -> {
            Deployment done = context.services()
                    .deployer()
                    .configure(
                            app,
                            context.account(),
                            "Unset " + all,
                            vars -> vars.without(names),
                            transcript,
                            context.cancellation());
            return "done, " + done.release().name() + BuiltInVars.hint(done.release(), names);
        });
    }
}
