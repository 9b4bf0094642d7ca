package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.buildpacks.process.Transcript;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "builds:output",
        description = "Print what a build printed; the last one by default.",
        footer = "%nExample:%n  tinyserv builds:output 7")
final class BuildsOutput extends AppVerb {
    @Parameters(paramLabel = "N", arity = "0..1", description = "The build's number.")
    private int number;

    @Override
    void run(Context context, AppName app) {
        Transcript printed = context.console().transcript();
        context.services().builds().output(app, number, printed::line);
    }
}
