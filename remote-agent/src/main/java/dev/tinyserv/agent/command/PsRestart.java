package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.ProcessSelector;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Parameters;

final class PsRestart extends AppVerb {
    static final VerbDeclaration VERB = VerbDeclaration.changesApp(
                    "ps:restart",
                    "Start new processes of an app and switch to them",
                    "Start new processes beside the old ones and switch to them; no request is lost.")
            .shortName("restart")
            .by(Who.APP_USER)
            .example("tinyserv ps:restart", "tinyserv ps:restart worker.2");

    @Parameters(
            paramLabel = "PROCESS",
            arity = "0..1",
            description = "Only these: a type, or one process such as worker.2.")
    private @Nullable String process;

    @Override
    Answer answer(Context context, AppName app) {
        Optional<ProcessSelector> target = Optional.ofNullable(process).map(ProcessSelector::of);
        return new Deed("Restarting " + target.map(some -> some + " of ").orElse("") + app, transcript -> {
            context.operator().restart(app, context.account(), target, transcript, context.cancellation());
            return Done.with(app);
        });
    }
}
