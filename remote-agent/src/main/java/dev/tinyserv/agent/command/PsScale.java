package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.Formation;
import dev.tinyserv.agent.app.ProcessType;
import dev.tinyserv.agent.app.ScaleChange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Parameters;

final class PsScale extends AppVerb {
    static final VerbDeclaration VERB = VerbDeclaration.changesApp(
                    "ps:scale",
                    "Show or set how many processes of each type run",
                    "Set how many processes of each type run, without a release.",
                    "Without a change, print what runs as a line that can be given back.",
                    "APP N means web=N of that app.")
            .shortName("scale")
            .by(Who.APP_USER)
            .json("Print an array with type and quantity.")
            .example("tinyserv ps:scale web=3 worker+1 clock=0");

    private static final String NUMBER = "[0-9]{1,9}";

    @Parameters(
            paramLabel = "TYPE=N",
            arity = "0..*",
            description = "TYPE=N, TYPE+N or TYPE-N: how many, how many more, how many less.")
    private List<String> words = new ArrayList<>();

    @Override
    @Nullable
    String appAmongTheWords() {
        return namesApp() ? words.get(0) : null;
    }

    private boolean namesApp() {
        return words.size() == 2
                && AppName.isValid(words.get(0))
                && words.get(1).matches(NUMBER);
    }

    @Override
    Answer answer(Context context, AppName app) {
        List<String> wanted = namesApp() ? List.of(ProcessType.WEB + "=" + words.get(1)) : words;
        List<ScaleChange> changes = wanted.stream().map(ScaleChange::of).toList();
        if (changes.isEmpty()) {
            return new Quantities("", context.operator().formation(app));
        }
        return new Deed("Scaling " + app, transcript -> {
            Formation formation =
                    context.operator().scale(app, context.account(), changes, transcript, context.cancellation());
            return new Quantities("done, ", formation);
        });
    }

    /** How many processes of each type run. */
    private record Quantities(String before, Formation formation) implements Facts {
        private record Row(String type, int quantity) {}

        @Override
        public Object data() {
            return formation.counts().entrySet().stream()
                    .map(each -> new Row(each.getKey().value(), each.getValue()))
                    .toList();
        }

        @Override
        public Text text(Instant now) {
            return new Text().line(before + formation.asWords());
        }
    }
}
