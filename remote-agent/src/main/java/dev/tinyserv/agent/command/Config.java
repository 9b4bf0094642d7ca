package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.release.Release;
import dev.tinyserv.buildpacks.Refusal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "config",
        description = "Print the current release, with its config vars, as JSON.",
        footer = "%nExample:%n  tinyserv config -s > .env")
final class Config extends AppVerb {
    @Option(
            names = {"-j", "--vars"},
            description = "Print only the variables, as JSON.")
    private boolean variables;

    @Option(
            names = {"-s", "--shell"},
            description = "Print only the variables, quoted for a shell.")
    private boolean shell;

    @Option(names = "--json", description = "Print JSON, which is what happens anyway.")
    private boolean json;

    @Override
    void run(Context context, AppName app) {
        Release release = context.services().releases().current(app);
        if (shell && (json || variables)) {
            throw Refusal.usage("-s prints for a shell; give it without -j and --json");
        }
        if (shell) {
            release.env().asMap().forEach((name, value) -> context.console().line(name + "=" + quoted(value)));
        } else {
            context.console().json(variables ? release.env() : release);
        }
    }

    private static String quoted(String value) {
        return "'" + value.replace("'", "'\\''") + "'";
    }
}
