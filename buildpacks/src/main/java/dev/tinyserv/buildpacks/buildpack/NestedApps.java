package dev.tinyserv.buildpacks.buildpack;

import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.base.ShellWord;
import dev.tinyserv.buildpacks.source.AppSource;
import dev.tinyserv.buildpacks.source.Subfolder;
import dev.tinyserv.buildpacks.source.Words;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Finds apps in the folders of a source that is no app itself, such as {@code services/api}. */
final class NestedApps {
    private static final int MOST_LOOKED_AT = 100;
    private static final int MOST_NAMED = 4;
    private static final int LONGEST_NAME = 120;

    /** In these, files of a language are no app of the repository. */
    private static final Set<String> OTHERS = Set.copyOf(Words.of("""
            node_modules bower_components vendor third_party test tests __tests__ spec e2e cypress fixtures testdata
            """));

    private static final Pattern PLAIN = Pattern.compile("[\\w./-]{1," + LONGEST_NAME + "}");

    private final AppSource source;
    private final List<Buildpack> buildpacks;
    private final List<String> found = new ArrayList<>();
    private int left = MOST_LOOKED_AT;

    private NestedApps(AppSource source, List<Buildpack> buildpacks) {
        this.source = source;
        this.buildpacks = buildpacks;
    }

    /**
     * Which folders of a source that has no file of a language have one, or folders of those, and what to do; empty if
     * there are none.
     *
     * @param buildpacks whose files are looked for
     */
    static Optional<String> told(AppSource source, List<Buildpack> buildpacks) throws IOException {
        NestedApps apps = new NestedApps(source, buildpacks);
        List<String> empty = apps.look("");
        for (String folder : empty) {
            apps.look(folder + "/");
        }
        return apps.told();
    }

    /** Looks into the folders of one; returns those that are no app. */
    private List<String> look(String parent) throws IOException {
        List<String> empty = new ArrayList<>();
        String folder = parent.isEmpty() ? "" : parent.substring(0, parent.length() - 1);
        for (String name : source.folders(folder).stream().sorted().toList()) {
            if (left > 0 && !name.startsWith(".") && !OTHERS.contains(name.toLowerCase(Locale.ROOT))) {
                left--;
                (isApp(parent + name) ? found : empty).add(parent + name);
            }
        }
        return empty;
    }

    private boolean isApp(String folder) throws IOException {
        for (Buildpack buildpack : buildpacks) {
            try {
                if (buildpack.detects(new Subfolder(source, folder))) {
                    return true;
                }
            } catch (Refusal e) {
                return true; // its file is there, and the build will say what is wrong with it
            }
        }
        return false;
    }

    private Optional<String> told() {
        if (found.isEmpty()) {
            return Optional.empty();
        }
        String above = source instanceof Subfolder part && !part.folder().isEmpty() ? part.folder() + "/" : "";
        List<String> named =
                found.stream().limit(MOST_NAMED).map(NestedApps::shown).toList();
        int more = found.size() - named.size();
        String which = found.size() == 1
                ? "the folder " + named.get(0) + " has one"
                : "the folders " + String.join(", ", named) + (more > 0 ? " and " + more + " more" : "") + " have one";
        return Optional.of(which + ": if the app is in " + named.get(0) + ", run `tinyserv apps:set "
                + argument("root=" + above + found.get(0)) + "` and push again");
    }

    private static String shown(String folder) {
        return Printable.excerpt(folder, LONGEST_NAME);
    }

    private static String argument(String pair) {
        boolean plain = PLAIN.matcher(pair.replaceFirst("=", "")).matches();
        return plain ? pair : ShellWord.quoted(shown(pair));
    }
}
