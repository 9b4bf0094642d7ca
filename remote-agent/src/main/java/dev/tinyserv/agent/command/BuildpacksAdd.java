package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "buildpacks:add",
        description = "Add a buildpack; the next push or redeploy uses it.",
        footer = "%nExample:%n  tinyserv buildpacks:add python")
final class BuildpacksAdd extends AppVerb {
    @Parameters(paramLabel = "NAME", description = "Such as python or node.")
    private String name = "";

    @Option(
            names = {"-i", "--index"},
            paramLabel = "N",
            description = "The place in the list, from 1; by default the end.")
    private int index;

    @Override
    void run(Context context, AppName app) {
        String plain = context.services().buildpacks().named(name).name();
        BuildpackOrder.change(context, app, BuildpackOrder.added(plain, index));
    }
}
