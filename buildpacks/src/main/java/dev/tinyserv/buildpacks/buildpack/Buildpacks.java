package dev.tinyserv.buildpacks.buildpack;

import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.source.AppJson;
import dev.tinyserv.buildpacks.source.AppSource;
import dev.tinyserv.buildpacks.source.BuildpacksFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The buildpacks that there are.
 *
 * @param all in the order in which they are asked: the first that detects its files builds
 * @param elsewhere finds a buildpack by a URL or a folder; throws a {@link Refusal} if that cannot be used
 */
public record Buildpacks(List<Buildpack> all, Function<String, Optional<Buildpack>> elsewhere) {
    private static final String UNKNOWN =
            "no Procfile, and no file that tells the language, such as package.json or requirements.txt";

    private static final int LONGEST_NAME = 60;
    private static final String HEROKU = "heroku/";

    /** Names of other hosts for our buildpacks. */
    private static final Map<String, String> OTHER_NAMES =
            Map.of("nodejs", "node", "bun", "node", "jvm", "java", "gradle", "java", "kotlin", "java");

    /** Only these buildpacks. */
    public Buildpacks(List<Buildpack> all) {
        this(all, name -> Optional.empty());
    }

    public Buildpacks {
        all = List.copyOf(all);
    }

    /**
     * The buildpacks for an app, in the order in which they build: those that were set for it, else those that its
     * app.json or {@code .buildpacks} names, else the first that detects its files, with those that complete it.
     *
     * @param set the names that were set for the app; may be empty
     * @throws Refusal if no buildpack detects the app's files, a named one does not, or a name is unknown
     */
    public List<Buildpack> choose(AppSource source, List<String> set) throws IOException {
        List<String> names = set.isEmpty() ? namedIn(source) : set;
        if (names.isEmpty()) {
            return detect(source);
        }
        List<Buildpack> chosen = new ArrayList<>();
        for (String name : names) {
            Buildpack buildpack = named(name);
            if (!buildpack.detects(source)) {
                String nested = NestedApps.told(source, List.of(buildpack))
                        .map(told -> "; " + told)
                        .orElse("");
                throw new Refusal("the buildpack " + buildpack.name() + " finds none of its files in this app:"
                        + " remove it with `buildpacks:remove`, or from app.json or .buildpacks" + nested);
            }
            chosen.add(buildpack);
        }
        return chosen;
    }

    /** Whether the app's own files name its buildpacks. */
    public static boolean areNamedIn(AppSource source) throws IOException {
        return !namedIn(source).isEmpty();
    }

    private static List<String> namedIn(AppSource source) throws IOException {
        List<String> names = AppJson.read(source).buildpacks();
        return names.isEmpty() ? BuildpacksFile.read(source) : names;
    }

    /**
     * The buildpack of a name, where {@code heroku/python} is {@code python}, or at a URL or in a folder of the server.
     *
     * @throws Refusal if there is none; names those there are
     */
    public Buildpack named(String name) {
        String plain = name.startsWith(HEROKU) ? name.substring(HEROKU.length()) : name;
        String ours = OTHER_NAMES.getOrDefault(plain, plain);
        return all.stream()
                .filter(buildpack -> buildpack.name().equals(ours))
                .findFirst()
                .or(() -> elsewhere.apply(name))
                .orElseThrow(() -> new Refusal("no buildpack '"
                        + Printable.excerpt(UrlSecret.removedFrom(name), LONGEST_NAME) + "'; there are "
                        + all.stream().map(Buildpack::name).sorted().collect(Collectors.joining(", "))));
    }

    private List<Buildpack> detect(AppSource source) throws IOException {
        List<Buildpack> detected = new ArrayList<>();
        for (Buildpack buildpack : all) {
            boolean wanted = detected.isEmpty()
                    ? buildpack.detects(source)
                    : buildpack.completes(source, detected.get(0).name());
            if (wanted) {
                detected.add(buildpack);
            }
        }
        if (!detected.isEmpty()) {
            return detected;
        }
        throw new Refusal(UNKNOWN + unknown(source));
    }

    /** More about an app that no buildpack detects, with the remedy. */
    private String unknown(AppSource source) throws IOException {
        Optional<String> language = UnreadFiles.ofLanguage(source);
        Optional<String> nested =
                UnreadFiles.ofCompiled(source).isPresent() ? Optional.empty() : NestedApps.told(source, all);
        Optional<String> tool = language.isEmpty() && nested.isEmpty() ? UnreadFiles.ofTool(source) : Optional.empty();
        List<String> told =
                Stream.of(language, nested, tool).flatMap(Optional::stream).toList();
        return told.isEmpty()
                ? ": add a Procfile such as `web: ./server --port $PORT` and push again"
                : "; " + String.join("; ", told);
    }
}
