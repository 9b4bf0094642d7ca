package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import picocli.CommandLine.Parameters;

final class BuildpacksRemove extends AppVerb {
    static final VerbDeclaration VERB = VerbDeclaration.changesApp(
                    "buildpacks:remove", "Remove a buildpack", "Remove a buildpack.")
            .by(Who.APP_USER)
            .example("tinyserv buildpacks:remove python");

    @Parameters(paramLabel = "NAME", description = "The buildpack, such as python.")
    private String name = "";

    @Override
    Answer answer(Context context, AppName app) {
        String plain = context.services().builds().buildpacks().named(name).name();
        return BuildpackOrder.change(context, app, BuildpackOrder.without(plain));
    }
}
