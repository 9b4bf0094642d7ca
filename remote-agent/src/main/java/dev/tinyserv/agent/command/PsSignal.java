package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.ProcessName;
import dev.tinyserv.agent.app.ProcessSelector;
import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.process.Signal;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Parameters;

final class PsSignal extends AppVerb {
    static final VerbDeclaration VERB = VerbDeclaration.changesApp(
                    "ps:signal",
                    "Send a signal to processes of an app",
                    "Send a signal to the main process of each of an app's processes, such as USR2.")
            .by(Who.APP_USER)
            .example("tinyserv ps:signal web USR2");

    @Parameters(index = "0", paramLabel = "PROCESS", description = "The processes: a type, or one such as web.2.")
    private String processes = "";

    @Parameters(index = "1", paramLabel = "SIGNAL", description = "The signal's name, such as HUP, USR1 or USR2.")
    private String signal = "";

    @Override
    Answer answer(Context context, AppName app) {
        Signal named = Signal.of(signal)
                .orElseThrow(() -> Refusal.usage("'" + Printable.shortened(signal, 40)
                        + "' is no signal that can be sent; there are "
                        + Arrays.stream(Signal.values()).map(Signal::name).collect(Collectors.joining(", "))));
        List<ProcessName> signalled =
                context.operator().signal(app, context.account(), ProcessSelector.of(processes), named);
        return new Sent(
                named.name(), signalled.stream().map(ProcessName::toString).toList());
    }

    /** Which processes got a signal. */
    private record Sent(String signal, List<String> processes) implements Facts {
        @Override
        public Text text(Instant now) {
            return new Text().line("SIG" + signal + " sent to " + String.join(", ", processes));
        }
    }
}
