package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

final class BuildpacksSet extends AppVerb {
    static final VerbDeclaration VERB = VerbDeclaration.changesApp(
                    "buildpacks:set",
                    "Set the first buildpack, or with -i the one at another place",
                    "Set the first buildpack, or with -i the one at another place.")
            .by(Who.APP_USER)
            .example("tinyserv buildpacks:set python");

    @Parameters(
            paramLabel = "NAME",
            description = "The buildpack: a name such as python, a git URL or a folder of the server.")
    private String name = "";

    @Option(
            names = {"-i", "--index"},
            paramLabel = "N",
            description = "The place in the list, from 1; by default 1.")
    private int index = 1;

    @Override
    Answer answer(Context context, AppName app) {
        String plain = context.services().builds().buildpacks().named(name).name();
        return BuildpackOrder.change(context, app, BuildpackOrder.replaced(plain, index));
    }
}
