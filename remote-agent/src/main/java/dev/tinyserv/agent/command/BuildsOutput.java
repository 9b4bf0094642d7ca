package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.base.Refusal;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Parameters;

final class BuildsOutput extends AppVerb {
    static final VerbDeclaration VERB = VerbDeclaration.readsApp(
                    "builds:output",
                    "Print what a build printed",
                    "Print what a build printed; the last one by default.")
            .by(Who.APP_USER)
            .example("tinyserv builds:output 7");

    @Parameters(paramLabel = "N", arity = "0..1", description = "The build's number.")
    private @Nullable Integer number;

    @Override
    Answer answer(Context context, AppName app) {
        if (number != null && number < 1) {
            throw Refusal.usage(number + " is no number of a build; `builds` lists them");
        }
        int which = number == null ? 0 : number;
        return (Lines) sink ->
                context.services().builds().history().output(app, which, line -> sink.line(Printable.escaped(line)));
    }
}
