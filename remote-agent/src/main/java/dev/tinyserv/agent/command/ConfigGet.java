package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.Printable;
import dev.tinyserv.buildpacks.Refusal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "config:get",
        description = "Print the value of one config var, byte for byte, and a line end.",
        footer = "%nExample:%n  tinyserv config:get DATABASE_URL")
final class ConfigGet extends AppVerb {
    @Parameters(paramLabel = "NAME", description = "The variable's name.")
    private String name = "";

    @Override
    void run(Context context, AppName app) {
        String value = context.services().releases().current(app).env().asMap().get(name);
        if (value == null) {
            throw new Refusal(app + " has no config var " + Printable.shortened(name, 60)
                    + "; `config -j` shows those there are");
        }
        context.console().line(value);
    }
}
