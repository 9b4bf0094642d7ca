package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.Printable;
import dev.tinyserv.agent.app.ProcessType;
import dev.tinyserv.agent.release.Release;
import dev.tinyserv.agent.release.Releases;
import dev.tinyserv.buildpacks.buildpack.Site;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "releases:info",
        description = "Show one release; the current one by default.",
        footer = "%nExample:%n  tinyserv releases:info v7")
final class ReleasesInfo extends AppVerb {
    @Parameters(paramLabel = "vN", arity = "0..1", description = "The release.")
    private @Nullable String version;

    @Option(names = "--json", description = "Print the whole release, with its config vars, as JSON.")
    private boolean json;

    @Override
    void run(Context context, AppName app) {
        Releases releases = context.services().releases();
        Release release = version == null ? releases.current(app) : releases.get(app, VersionName.parse(version));
        if (json) {
            context.console().json(release);
            return;
        }
        context.console().line("=== " + app + " " + release.name());
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("What:", Printable.escaped(release.description())));
        rows.add(List.of("By:", Printable.escaped(release.createdBy())));
        rows.add(List.of("When:", Ago.of(release.createdAt(), context.services().clock())));
        rows.add(List.of("Status:", release.status().name().toLowerCase(Locale.ROOT)));
        rows.add(List.of("Commit:", release.commit() == null ? "none" : release.commit()));
        rows.add(List.of("Buildpack:", release.buildpack() == null ? "none" : release.buildpack()));
        for (Map.Entry<ProcessType, String> process : release.processes().entrySet()) {
            rows.add(List.of(process.getKey() + ":", Printable.escaped(process.getValue())));
        }
        Site site = release.site();
        if (site != null) {
            rows.add(List.of("Site:", site.folder().isEmpty() ? "." : Printable.escaped(site.folder())));
        }
        rows.add(List.of("Config vars:", String.join(", ", release.env().asMap().keySet())));
        context.console().table(rows);
    }
}
