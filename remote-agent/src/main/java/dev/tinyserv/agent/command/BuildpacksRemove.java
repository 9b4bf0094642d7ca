package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "buildpacks:remove",
        description = "Remove a buildpack.",
        footer = "%nExample:%n  tinyserv buildpacks:remove python")
final class BuildpacksRemove extends AppVerb {
    @Parameters(paramLabel = "NAME", description = "Such as python or node.")
    private String name = "";

    @Override
    void run(Context context, AppName app) {
        String plain = context.services().buildpacks().named(name).name();
        BuildpackOrder.change(context, app, BuildpackOrder.without(plain));
    }
}
