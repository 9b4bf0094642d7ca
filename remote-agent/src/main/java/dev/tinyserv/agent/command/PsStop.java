package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.ProcessSelector;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Parameters;

final class PsStop extends AppVerb {
    static final VerbDeclaration VERB = VerbDeclaration.changesApp(
                    "ps:stop",
                    "Stop an app, or some of its processes",
                    "Stop an app, or some of its processes, until they are started by hand; a reboot does not start them.")
            .shortName("stop")
            .by(Who.APP_USER)
            .example("tinyserv ps:stop", "tinyserv ps:stop worker");

    @Parameters(
            paramLabel = "PROCESS",
            arity = "0..1",
            description = "Only these: a type, or one process such as worker.2.")
    private @Nullable String process;

    @Override
    Answer answer(Context context, AppName app) {
        Optional<ProcessSelector> target = Optional.ofNullable(process).map(ProcessSelector::of);
        return new Deed("Stopping " + target.map(some -> some + " of ").orElse("") + app, transcript -> {
            if (target.isPresent()) {
                context.operator().stop(app, context.account(), target.get(), transcript, context.cancellation());
            } else {
                context.operator().stop(app, context.account(), transcript, context.cancellation());
            }
            return Done.with(app);
        });
    }
}
