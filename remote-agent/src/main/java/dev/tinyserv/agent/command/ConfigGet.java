package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.base.Refusal;
import java.time.Instant;
import picocli.CommandLine.Parameters;

final class ConfigGet extends AppVerb {
    static final VerbDeclaration VERB = VerbDeclaration.readsApp(
                    "config:get",
                    "Print the value of a variable",
                    "Print the value of one config var, byte for byte, and a line end.")
            .by(Who.APP_USER)
            .example("tinyserv config:get DATABASE_URL");

    @Parameters(paramLabel = "NAME", description = "The variable's name.")
    private String name = "";

    @Override
    Answer answer(Context context, AppName app) {
        String value = context.releases().current(app).env().asMap().get(name);
        if (value == null) {
            throw new Refusal(app + " has no config var " + Printable.shortened(name, 60)
                    + "; `config -j` shows those there are");
        }
        return new Variable(name, value);
    }

    /** A config var. */
    private record Variable(String name, String value) implements Facts {
        @Override
        public Text text(Instant now) {
            return new Text().line(value);
        }
    }
}
