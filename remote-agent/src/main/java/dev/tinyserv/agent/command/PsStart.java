package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.ProcessSelector;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Parameters;

final class PsStart extends AppVerb {
    static final VerbDeclaration VERB = VerbDeclaration.changesApp(
                    "ps:start",
                    "Start a stopped app, or some of its processes",
                    "Start what is stopped or has crashed of an app; what runs is left alone.")
            .shortName("start")
            .by(Who.APP_USER)
            .example("tinyserv ps:start", "tinyserv ps:start worker");

    @Parameters(
            paramLabel = "PROCESS",
            arity = "0..1",
            description = "Only these: a type, or one process such as worker.2.")
    private @Nullable String process;

    @Override
    Answer answer(Context context, AppName app) {
        Optional<ProcessSelector> target = Optional.ofNullable(process).map(ProcessSelector::of);
        return new Deed("Starting " + target.map(some -> some + " of ").orElse("") + app, transcript -> {
            if (target.isPresent()) {
                context.operator().start(app, context.account(), target.get(), transcript, context.cancellation());
            } else {
                context.operator().start(app, context.account(), transcript, context.cancellation());
            }
            return Done.with(app);
        });
    }
}
