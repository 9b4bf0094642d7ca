package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.buildpacks.Refusal;
import dev.tinyserv.buildpacks.process.Transcript;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "builds:output",
        description = "Print what a build printed; the last one by default.",
        footer = "%nExample:%n  tinyserv builds:output 7")
final class BuildsOutput extends AppVerb {
    @Parameters(paramLabel = "N", arity = "0..1", description = "The build's number.")
    private @Nullable Integer number;

    @Override
    void run(Context context, AppName app) {
        if (number != null && number < 1) {
            throw Refusal.usage(number + " is no number of a build; `builds` lists them");
        }
        Transcript printed = context.console().transcript();
        context.services().builds().output(app, number == null ? 0 : number, printed::line);
    }
}
