package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.release.Release;
import dev.tinyserv.agent.release.ReleaseFile;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.base.ShellWord;
import java.time.Instant;
import picocli.CommandLine.Option;

final class Config extends AppVerb {
    static final VerbDeclaration VERB = VerbDeclaration.readsApp(
                    "config",
                    "Show the current release with its configuration, as JSON",
                    "Print the current release, with its config vars, as JSON.")
            .by(Who.APP_USER)
            .json("Print JSON, as without this option.")
            .example("tinyserv config -s > .env");

    @Option(
            names = {"-j", "--vars"},
            description = "Print only the variables, as JSON.")
    private boolean variables;

    @Option(
            names = {"-s", "--shell"},
            description = "Print only the variables, quoted for a shell.")
    private boolean shell;

    @Override
    Answer answer(Context context, AppName app) {
        Release release = context.releases().current(app);
        return new Configuration(release, context.appState(app).port(), variables);
    }

    @Override
    boolean showsJson(boolean asked) {
        if (shell && (asked || variables)) {
            throw Refusal.usage("-s prints for a shell; give it without -j and --json");
        }
        return !shell;
    }

    /** A release with its variables; people read the variables only, quoted for a shell. */
    private record Configuration(Release release, int port, boolean onlyVariables) implements Facts {
        @Override
        public Object data() {
            return onlyVariables ? release.env() : ReleaseFile.of(release, port);
        }

        @Override
        public Text text(Instant now) {
            Text text = new Text();
            release.env().asMap().forEach((name, value) -> text.line(name + "=" + ShellWord.quoted(value)));
            return text;
        }
    }
}
