package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.ProcessType;
import dev.tinyserv.agent.build.Slug;
import dev.tinyserv.agent.release.Release;
import dev.tinyserv.agent.release.ReleaseFile;
import dev.tinyserv.agent.release.Releases;
import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.buildpack.Site;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Parameters;

final class ReleasesInfo extends AppVerb {
    static final VerbDeclaration VERB = VerbDeclaration.readsApp(
                    "releases:info", "Show one release", "Show one release; the current one by default.")
            .by(Who.APP_USER)
            .json("Print the whole release, with its config vars, as JSON.")
            .example("tinyserv releases:info v7");

    @Parameters(paramLabel = "vN", arity = "0..1", description = "The release.")
    private @Nullable String version;

    @Override
    Answer answer(Context context, AppName app) {
        Releases releases = context.releases();
        Release release = version == null ? releases.current(app) : releases.get(app, VersionName.parse(version));
        return new OneRelease(release, context.appState(app).port());
    }

    /** A release; people read the names of its variables, programs their values, too. */
    private record OneRelease(Release release, int port) implements Facts {
        @Override
        public Object data() {
            return ReleaseFile.of(release, port);
        }

        @Override
        public Text text(Instant now) {
            Slug slug = release.slug();
            List<List<String>> rows = new ArrayList<>();
            rows.add(List.of("What:", Printable.escaped(release.making().description())));
            rows.add(List.of("By:", Printable.escaped(release.making().by())));
            rows.add(List.of("When:", Ago.of(release.making().at(), now)));
            rows.add(List.of("Status:", release.status().name().toLowerCase(Locale.ROOT)));
            rows.add(List.of("Commit:", Objects.requireNonNullElse(release.commit(), "none")));
            rows.add(List.of("Buildpack:", slug == null ? "none" : slug.buildpack()));
            for (Map.Entry<ProcessType, String> process : release.processes().entrySet()) {
                rows.add(List.of(process.getKey() + ":", Printable.escaped(process.getValue())));
            }
            Site site = release.site();
            if (site != null) {
                rows.add(List.of("Site:", site.folder().isEmpty() ? "." : Printable.escaped(site.folder())));
            }
            rows.add(List.of(
                    "Config vars:", String.join(", ", release.env().asMap().keySet())));
            return new Text()
                    .line("=== " + release.app() + " " + release.name())
                    .table(rows);
        }
    }
}
