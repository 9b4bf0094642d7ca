package dev.tinyserv.buildpacks.buildpack.node;

import dev.tinyserv.buildpacks.runtime.RuntimeKind;
import dev.tinyserv.buildpacks.runtime.VersionFiles;
import dev.tinyserv.buildpacks.runtime.VersionRange;
import dev.tinyserv.buildpacks.runtime.Wish;
import dev.tinyserv.buildpacks.source.Words;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The version of Node.js or Bun that an app asks for; as on most hosts {@code engines} comes first. */
final class NodeWish {
    private static final String LTS = "lts/";

    /** Between two bounds, as other languages write them; npm does not. */
    private static final Pattern COMMA = Pattern.compile(",\\s*(?=[<>=~^])");

    /** Each second version of Node.js from 4 on, in this order; see the release schedule of Node.js. */
    private static final List<String> LINES = Words.of("""
            argon boron carbon dubnium erbium fermium gallium hydrogen iron jod krypton
            """);

    private NodeWish() {}

    static Optional<Wish> of(Path folder, PackageJson app, RuntimeKind kind) throws IOException {
        Optional<Wish> engine = field("engines." + kind.label(), app.engine(kind.label()));
        if (engine.isPresent()) {
            return engine;
        }
        List<String> files = kind == RuntimeKind.BUN ? List.of(".bun-version") : List.of(".node-version", ".nvmrc");
        for (String file : files) {
            Optional<Wish> wish = VersionFiles.plain(folder, file);
            if (wish.isPresent()) {
                return wish.map(NodeWish::withLine);
            }
        }
        Optional<Wish> managed = VersionFiles.toolVersions(folder, kind).map(NodeWish::withLine);
        return managed.or(() -> field("volta." + kind.label(), app.text("volta", kind.label())))
                .or(() -> field("devEngines.runtime", app.developmentRuntime(kind.label())));
    }

    private static Optional<Wish> field(String name, String range) {
        return range.isEmpty() || VersionFiles.isWhatever(range)
                ? Optional.empty()
                : Optional.of(withLine(new Wish(range, name + " in " + PackageJson.NAME, range(range))));
    }

    private static VersionRange range(String text) {
        return VersionRange.orNone(NpmRange.parse(COMMA.matcher(text).replaceAll(" ")));
    }

    /** {@code lts/iron} is any 20; some version managers read a range there, too. */
    private static Wish withLine(Wish wish) {
        if (!wish.isUnread()) {
            return wish;
        }
        String text = wish.text().toLowerCase(Locale.ROOT);
        int line = LINES.indexOf(text.startsWith(LTS) ? text.substring(LTS.length()) : text);
        String range = line < 0 ? wish.text() : Integer.toString(4 + 2 * line);
        return new Wish(wish.text(), wish.file(), range(range), range);
    }
}
