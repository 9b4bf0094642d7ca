package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import java.util.List;
import picocli.CommandLine.Command;

@Command(
        name = "buildpacks:clear",
        description = "Let the buildpack be detected again.",
        footer = "%nExample:%n  tinyserv buildpacks:clear")
final class BuildpacksClear extends AppVerb {
    @Override
    void run(Context context, AppName app) {
        BuildpackOrder.change(context, app, former -> List.of());
    }
}
