package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "buildpacks:set",
        description = "Set the first buildpack, or another one.",
        footer = "%nExample:%n  tinyserv buildpacks:set python")
final class BuildpacksSet extends AppVerb {
    @Parameters(paramLabel = "NAME", description = "Such as python or node.")
    private String name = "";

    @Option(
            names = {"-i", "--index"},
            paramLabel = "N",
            description = "The place in the list, from 1.")
    private int index = 1;

    @Override
    void run(Context context, AppName app) {
        String plain = context.services().buildpacks().named(name).name();
        BuildpackOrder.change(context, app, BuildpackOrder.replaced(plain, index));
    }
}
