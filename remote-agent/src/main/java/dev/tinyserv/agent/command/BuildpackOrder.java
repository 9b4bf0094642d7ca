package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.deploy.Operator;
import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.base.Refusal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** Changes of the buildpacks that are set for an app, and the answer after one. */
final class BuildpackOrder {
    private static final int MOST = 20;

    private BuildpackOrder() {}

    /** Inserts a name at a position from 1; 0 for the end. */
    static UnaryOperator<List<String>> added(String name, int position) {
        return names -> {
            if (names.contains(name)) {
                throw new Refusal("the buildpack " + name + " is set already");
            }
            if (names.size() == MOST) {
                throw new Refusal("an app has at most " + MOST + " buildpacks");
            }
            List<String> changed = new ArrayList<>(names);
            changed.add(position == 0 ? names.size() : checked(position, names.size() + 1) - 1, name);
            return changed;
        };
    }

    /** Replaces the name at a position from 1. An empty list gets the name as its only one. */
    static UnaryOperator<List<String>> replaced(String name, int position) {
        return names -> {
            if (names.isEmpty()) {
                return List.of(name);
            }
            List<String> changed = new ArrayList<>(names);
            changed.remove(checked(position, names.size()) - 1);
            return added(name, position).apply(changed);
        };
    }

    /** Removes a name. */
    static UnaryOperator<List<String>> without(String name) {
        return names -> {
            if (!names.contains(name)) {
                throw new Refusal("the buildpack " + Printable.shortened(name, 60)
                        + " is not set; `buildpacks` lists those that are");
            }
            return names.stream().filter(each -> !each.equals(name)).toList();
        };
    }

    private static int checked(int position, int last) {
        if (position < 1 || position > last) {
            throw Refusal.usage("--index " + position + ": expected a number from 1 to " + last);
        }
        return position;
    }

    /** Changes the app's buildpacks. Returns those of the next build. */
    static Facts change(Context context, AppName app, UnaryOperator<List<String>> change) {
        Operator.Changed changed = context.operator()
                .change(
                        app,
                        context.account(),
                        "a change of buildpacks",
                        state -> state.withBuild(build -> build.withBuildpacks(change.apply(build.buildpacks()))),
                        context.cancellation());
        return new Order(app.value(), changed.state().build().buildpacks());
    }

    /**
     * The buildpacks that the next build of an app will use.
     *
     * @param names the buildpacks in the order in which they build; empty if detected
     */
    record Order(String app, List<String> names) implements Facts {
        private record Row(int position, String name) {}

        @Override
        public Object data() {
            return IntStream.range(0, names.size())
                    .mapToObj(i -> new Row(i + 1, names.get(i)))
                    .toList();
        }

        @Override
        public Text text(Instant now) {
            if (names.isEmpty()) {
                return new Text().line("The next build of " + app + " detects its buildpack");
            }
            Text text = new Text().line("The next build of " + app + " uses:");
            for (int i = 0; i < names.size(); i++) {
                text.line("  " + (i + 1) + ". " + names.get(i));
            }
            return text;
        }
    }
}
