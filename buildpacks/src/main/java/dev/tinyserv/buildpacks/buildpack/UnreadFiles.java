package dev.tinyserv.buildpacks.buildpack;

import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.source.AppSource;
import dev.tinyserv.buildpacks.source.Procfile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Files about building or running an app that no buildpack reads, with what is read instead. */
public final class UnreadFiles {
    private static final int LONGEST_NAME = 60;

    /** Buildpacks that build nothing, so that other files of the app may have been meant. */
    private static final Set<String> BUILD_NOTHING = Set.of("procfile", "static");

    private static final String COMMIT =
            ": build it elsewhere and commit what runs with a Procfile, or name a buildpack"
                    + " that builds it with `buildpacks:set URL`";

    /** Files of one kind. */
    private record Kind(Pattern name, String what) {
        Kind(String name, String what) {
            this(Pattern.compile(name), what);
        }
    }

    private static final Kind DOCKER = new Kind(
            "(?i)(?:Dockerfile|Containerfile)(?:\\..+)?|(?:docker-)?compose\\.ya?ml",
            "containers are not built here: say in a Procfile what its CMD runs, such as `web: ./server --port $PORT`, and"
                    + " commit the file of the language, such as package.json or requirements.txt");

    /** The first that fits is told. */
    private static final List<Kind> KINDS = List.of(
            new Kind("Cargo\\.toml", "Rust is not built here" + COMMIT),
            new Kind("build\\.sbt", "Scala is not built here" + COMMIT),
            new Kind(".+\\.(?:cs|fs|vb)proj|.+\\.slnx?|global\\.json", ".NET is not built here" + COMMIT),
            new Kind("mix\\.exs", "Elixir is not built here" + COMMIT),
            new Kind("rebar\\.config", "Erlang is not built here" + COMMIT),
            new Kind("gleam\\.toml", "Gleam is not built here" + COMMIT),
            new Kind("project\\.clj|deps\\.edn", "Clojure is not built here" + COMMIT),
            new Kind("stack\\.yaml|.+\\.cabal", "Haskell is not built here" + COMMIT),
            new Kind("Package\\.swift", "Swift is not built here" + COMMIT),
            new Kind("pubspec\\.yaml", "Dart is not built here" + COMMIT),
            new Kind("shard\\.yml", "Crystal is not built here" + COMMIT),
            new Kind("build\\.zig", "Zig is not built here" + COMMIT),
            new Kind("dune-project", "OCaml is not built here" + COMMIT),
            new Kind("cpanfile|Makefile\\.PL", "Perl's packages are not installed here" + COMMIT),
            new Kind("DESCRIPTION|renv\\.lock|.+\\.R", "R is not built here" + COMMIT),
            new Kind("build\\.xml|BUILD\\.bazel", "Ant and Bazel are not run here" + COMMIT),
            new Kind("environment\\.ya?ml", "conda is not run here: list the packages in a requirements.txt"),
            new Kind("CMakeLists\\.txt|meson\\.build|configure", "C and C++ are not built here" + COMMIT),
            new Kind(
                    ".+\\.go",
                    "Go is built with a go.mod: run `go mod init NAME` and `go mod tidy`, and commit go.mod"),
            new Kind(".+\\.py", "Python is built with a requirements.txt, which may be empty: commit one"),
            new Kind(
                    ".+\\.rb|config\\.ru",
                    "Ruby is built with a Gemfile: run `bundle init` and commit Gemfile and Gemfile.lock"),
            new Kind(".+\\.(?:java|kt|kts)", "Java and Kotlin are built with a pom.xml or a build.gradle: commit one"),
            new Kind(".+\\.(?:js|mjs|cjs|ts)", "Node.js is used with a package.json: run `npm init` and commit it"),
            new Kind(".+\\.(?:jar|war)", "say in a Procfile how it runs, such as `web: java -jar app.jar`"));

    /** These tell nothing about the language. */
    private static final List<Kind> TOOLS =
            List.of(new Kind("(?:GNUm|[Mm])akefile", "make is not run here" + COMMIT), DOCKER);

    private UnreadFiles() {}

    /** The message for an app that no buildpack detects, by the files of its language; empty if there are none. */
    static Optional<String> ofLanguage(AppSource source) throws IOException {
        List<String> files = source.files("");
        return procfile(files).or(() -> first(files, KINDS));
    }

    /** The same by files of build tools. */
    static Optional<String> ofTool(AppSource source) throws IOException {
        return first(source.files(""), TOOLS);
    }

    /** The same by files of a compiled language. */
    public static Optional<String> ofCompiled(AppSource source) throws IOException {
        return first(source.files(""), compiled());
    }

    /** Whether buildpacks of these names build nothing, so that only pushed files are there when the app runs. */
    public static boolean buildNothing(List<String> buildpacks) {
        return BUILD_NOTHING.containsAll(buildpacks);
    }

    /**
     * Lines for whoever pushes, about files that its buildpacks pass over.
     *
     * @param buildpacks the names of the buildpacks that build
     * @param detected whether the buildpacks were detected, and not named
     */
    public static List<String> passedOver(AppSource source, List<String> buildpacks, boolean detected)
            throws IOException {
        List<String> files = source.files("");
        boolean hasProcfile = files.contains(Procfile.NAME);
        List<String> lines = new ArrayList<>();
        if (!hasProcfile) {
            procfile(files).ifPresent(lines::add);
        }
        Optional<String> language = detected && buildNothing(buildpacks) ? first(files, compiled()) : Optional.empty();
        language.ifPresent(lines::add);
        if (detected && !hasProcfile && language.isEmpty()) {
            files.stream()
                    .filter(name -> DOCKER.name().matcher(name).matches())
                    .findFirst()
                    .ifPresent(name -> lines.add("there is " + Printable.excerpt(name, LONGEST_NAME)
                            + ", which is not read: containers are not built here, and "
                            + String.join(" and ", buildpacks) + " builds the app"));
        }
        return lines;
    }

    /** A Procfile may well start scripts: only what has to be compiled is told of. */
    private static List<Kind> compiled() {
        return KINDS.stream()
                .filter(kind ->
                        kind.what().contains("not built here") || kind.what().contains("go.mod"))
                .toList();
    }

    private static Optional<String> first(List<String> files, List<Kind> kinds) {
        for (Kind kind : kinds) {
            Optional<String> found = files.stream()
                    .filter(name -> kind.name().matcher(name).matches())
                    .findFirst();
            if (found.isPresent()) {
                return Optional.of("there is " + Printable.excerpt(found.get(), LONGEST_NAME) + ", but " + kind.what());
            }
        }
        return Optional.empty();
    }

    private static Optional<String> procfile(List<String> files) {
        return files.stream()
                .filter(name -> name.toLowerCase(Locale.ROOT).startsWith("procfile") && !name.equals(Procfile.NAME))
                .filter(name -> name.length() == Procfile.NAME.length() || name.charAt(Procfile.NAME.length()) == '.')
                .sorted()
                .findFirst()
                .map(UnreadFiles::otherName);
    }

    private static String otherName(String name) {
        String shown = Printable.excerpt(name, LONGEST_NAME);
        boolean meant = name.length() == Procfile.NAME.length()
                || name.toLowerCase(Locale.ROOT).endsWith(".txt");
        String mended = meant
                ? "rename it with `git mv " + shown + " Procfile`"
                : "it is taken for another place; `cp " + shown + " Procfile` makes one for this";
        return "there is a file " + shown + ", which is not read, and no Procfile: " + mended;
    }
}
