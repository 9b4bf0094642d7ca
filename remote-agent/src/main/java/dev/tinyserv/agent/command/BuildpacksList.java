package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import java.util.List;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "buildpacks",
        description = "List the buildpacks that are set for an app, in the order in which they build.",
        footer = "%nExample:%n  tinyserv buildpacks --json")
final class BuildpacksList extends AppVerb {
    @Option(names = "--json", description = "Print an array with position and name.")
    private boolean json;

    private record Row(int position, String name) {}

    @Override
    void run(Context context, AppName app) {
        List<String> names = context.services().apps().get(app).buildpacks();
        if (json) {
            context.console()
                    .json(IntStream.range(0, names.size())
                            .mapToObj(i -> new Row(i + 1, names.get(i)))
                            .toList());
        } else {
            BuildpackOrder.tell(context.console(), app, names);
        }
    }
}
