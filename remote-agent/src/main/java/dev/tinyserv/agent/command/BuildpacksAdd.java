package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

final class BuildpacksAdd extends AppVerb {
    static final VerbDeclaration VERB = VerbDeclaration.changesApp(
                    "buildpacks:add", "Add a buildpack", "Add a buildpack; the next push or redeploy uses it.")
            .by(Who.APP_USER)
            .example("tinyserv buildpacks:add python");

    @Parameters(
            paramLabel = "NAME",
            description = "The buildpack: a name such as python, a git URL or a folder of the server.")
    private String name = "";

    @Option(
            names = {"-i", "--index"},
            paramLabel = "N",
            description = "The place in the list, from 1; by default the end.")
    private int index;

    @Override
    Answer answer(Context context, AppName app) {
        String plain = context.services().builds().buildpacks().named(name).name();
        return BuildpackOrder.change(context, app, BuildpackOrder.added(plain, index));
    }
}
