package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.AppState;
import dev.tinyserv.agent.app.ProcessType;
import dev.tinyserv.agent.app.TypeKey;
import dev.tinyserv.agent.app.TypeSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Parameters;

final class PsSet extends AppVerb {
    static final VerbDeclaration VERB = VerbDeclaration.changesApp(
                    "ps:set",
                    "Show or set how the processes of a type are run",
                    "Show or set how the processes of a type are run.",
                    "surge=K lets a change of release start at most K of them at a time beside the old ones.",
                    "exclusive=on ends the old ones before new ones start, for what must never run twice at a time.",
                    "A setting without a value, such as surge=, gets its default.")
            .by(Who.APP_USER)
            .json("Print an array with type, and each setting as a text.")
            .example("tinyserv ps:set poller exclusive=on", "tinyserv ps:set web surge=2");

    @Parameters(index = "0", paramLabel = "TYPE", arity = "0..1", description = "The process type; by default all.")
    private @Nullable String type;

    @Parameters(
            index = "1..*",
            paramLabel = "K=V",
            arity = "0..*",
            description = "What to set; without it, what is set is shown.")
    private List<String> words = new ArrayList<>();

    @Override
    Answer answer(Context context, AppName app) {
        if (type == null) {
            return shown(context, context.appState(app), new TreeSet<>());
        }
        ProcessType named = new ProcessType(type);
        List<UnaryOperator<TypeSettings>> changes =
                words.stream().map(TypeKey::change).toList();
        if (changes.isEmpty()) {
            AppState state = context.appState(app);
            if (!state.types().containsKey(named)) {
                context.releases().current(app).requireType(named);
            }
            return shown(context, state, new TreeSet<>(List.of(named)));
        }
        AppState changed = context.operator()
                .change(app, context.account(), named, former -> all(former, changes), context.cancellation());
        return shown(context, changed, new TreeSet<>(List.of(named)));
    }

    private static TypeSettings all(TypeSettings former, List<UnaryOperator<TypeSettings>> changes) {
        TypeSettings settings = former;
        for (UnaryOperator<TypeSettings> change : changes) {
            settings = change.apply(settings);
        }
        return settings;
    }

    /** Those of some types; of all that the release has or that were set, if none is named. */
    private static Answer shown(Context context, AppState state, SortedSet<ProcessType> named) {
        SortedSet<ProcessType> types = new TreeSet<>(named);
        if (types.isEmpty()) {
            types.addAll(context.releases().current(state.app()).types());
            types.addAll(state.types().keySet());
        }
        return new Listing<>(
                types.stream().map(each -> row(each, state.settings(each))).toList(),
                () -> state.app() + " has no process types: nothing was deployed yet.",
                (row, now) -> cells(row));
    }

    private static Map<String, String> row(ProcessType type, TypeSettings settings) {
        Map<String, String> row = new LinkedHashMap<>();
        row.put("type", type.value());
        TypeKey.ALL.forEach(key -> row.put(key.name(), key.show().apply(settings)));
        return row;
    }

    /** In a form that can be given back to this verb. */
    private static List<String> cells(Map<String, String> row) {
        return row.entrySet().stream()
                .map(each -> each.getKey().equals("type") ? each.getValue() : each.getKey() + "=" + each.getValue())
                .toList();
    }
}
