package dev.tinyserv.buildpacks.program;

import dev.tinyserv.buildpacks.base.Printable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Explains why a command of an app ended with status 126 or 127, or could not start a program. Shells say "not found"
 * also of a file that exists. Checks the files that the command and its last lines name; starts nothing.
 */
public final class StartFailure {
    private static final int CANNOT_EXECUTE = 126;
    private static final int NOT_FOUND = 127;
    private static final int LONGEST_LINE = 2000;
    private static final int LONGEST_NAME = 120;

    /** Where the programs of an app's packages are; the app's processes have these on their PATH. */
    private static final List<String> PACKAGES = List.of("node_modules/.bin", "vendor/bin", ".venv/bin");

    private static final List<Pattern> MODULES = List.of(
            Pattern.compile("Cannot find (?:module|package) '([^'./][^']{0,200})'"),
            Pattern.compile("ModuleNotFoundError: No module named '([\\w.]{1,200})'"),
            Pattern.compile("cannot load such file -- ([\\w/-]{1,200})"));

    /** What npm, pnpm and Yarn print before they run a script. */
    private static final Pattern SCRIPT = Pattern.compile("^[>$] (.{1,2000})$");

    private static final Pattern SEPARATORS = Pattern.compile("[;&|()<>\"'`\n]+");

    /** Words that may stand before the program of a command. */
    private static final Set<String> BEFORE =
            Set.of("exec", "env", "nohup", "nice", "command", "time", "then", "do", "");

    private static final Pattern QUOTED =
            Pattern.compile("\"([^\"$`\\\\]{0,200} [^\"$`\\\\]{0,200})\"|'([^']{0,200} [^']{0,200})'");

    private static final Set<String> SHELLS = Set.of("sh", "bash", "dash", "/bin/sh", "/bin/bash");

    private final Path tree;
    private final Path folder;
    private final ProgramPath path;

    /**
     * Explains for commands of an app.
     *
     * @param tree the root of the app's repository; what mends it is told for there
     * @param folder the app's folder, the tree or a folder in it, in which the command ran
     * @param path where the command looks for programs
     */
    public StartFailure(Path tree, Path folder, ProgramPath path) {
        this.tree = tree;
        this.folder = folder;
        this.path = new ProgramPath(withPackages(folder, path.environment()), path.isConfigured());
    }

    /**
     * {@code ": "}, the reason and the remedy, in one line; empty if none is found.
     *
     * @param command what a shell ran
     * @param status its exit status; -1 for none
     * @param lines the last lines that it printed
     */
    public String explained(String command, int status, List<String> lines) {
        try {
            return explain(command, status, lines).map(why -> ": " + why).orElse("");
        } catch (InvalidPathException e) {
            return ""; // a name that no file can have
        }
    }

    private static Map<String, String> withPackages(Path folder, Map<String, String> environment) {
        StringBuilder path = new StringBuilder();
        PACKAGES.forEach(bin -> path.append(folder.resolve(bin)).append(':'));
        Map<String, String> all = new TreeMap<>(environment);
        all.put("PATH", path + environment.getOrDefault("PATH", "/usr/bin:/bin"));
        return all;
    }

    private Optional<String> explain(String command, int status, List<String> lines) {
        List<String> newest = new ArrayList<>(lines);
        Collections.reverse(newest);
        Set<String> said = UnstartedPrograms.in(newest, status);
        for (String name : said) {
            Optional<String> found = obstacle(name).or(() -> development(name));
            if (found.isPresent()) {
                return found;
            }
        }
        Optional<String> module = modules(newest).stream()
                .flatMap(name -> DevelopmentDependency.module(folder, name).stream())
                .findFirst();
        boolean unstarted = status == CANNOT_EXECUTE || status == NOT_FOUND || !said.isEmpty();
        if (module.isPresent()) {
            return module;
        }
        if (!unstarted) {
            return status > 0 ? unreadableIn(command) : Optional.empty();
        }
        return obstacleIn(command, newest)
                .or(() -> said.stream().findFirst().flatMap(name -> absent(name, status)))
                .or(() -> quoted(command)
                        .flatMap(name -> absent(name, status).stream())
                        .findFirst());
    }

    private static Set<String> modules(List<String> lines) {
        Set<String> names = new LinkedHashSet<>();
        for (String line : lines) {
            for (Pattern pattern : line.length() > LONGEST_LINE ? List.<Pattern>of() : MODULES) {
                pattern.matcher(line).results().forEach(match -> names.add(match.group(1)));
            }
        }
        return names;
    }

    /** What a command calls, and what those scripts of a package.json call that its output names. */
    private Optional<String> obstacleIn(String command, List<String> lines) {
        List<String> commands = new ArrayList<>(List.of(command));
        lines.forEach(line -> SCRIPT.matcher(line.strip()).results().forEach(script -> commands.add(script.group(1))));
        for (String each : commands) {
            Optional<String> found = quoted(each)
                    .flatMap(name -> obstacle(name).stream())
                    .findFirst()
                    .or(() -> simpleCommands(each)
                            .flatMap(words -> obstacle(words.get(0)).stream())
                            .findFirst())
                    .or(() -> unreadableIn(each));
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    /** The words of each, from the program on. */
    private static Stream<List<String>> simpleCommands(String command) {
        return SEPARATORS
                .splitAsStream(command)
                .map(simple -> Stream.of(simple.strip().split("\\s+", -1))
                        .filter(word -> !word.contains("=") && !BEFORE.contains(word))
                        .toList())
                .filter(words -> !words.isEmpty());
    }

    /** Names with spaces, which stand in quotes. */
    private static Stream<String> quoted(String command) {
        return QUOTED.matcher(command).results().map(match -> match.group(1) == null ? match.group(2) : match.group(1));
    }

    /** What a shell that is given a script cannot read in it. */
    private Optional<String> unreadableIn(String command) {
        return simpleCommands(command)
                .filter(words -> SHELLS.contains(words.get(0)))
                .flatMap(words -> words.stream()
                        .skip(1)
                        .filter(word -> !word.startsWith("-"))
                        .limit(1))
                .flatMap(name ->
                        script(name).flatMap(file -> program(file, name).unreadable()).map(Obstacle::text).stream())
                .findFirst();
    }

    /** A shell looks for a script in its folder, whatever it is called. */
    private Optional<Path> script(String name) {
        return Optional.of(folder.resolve(name).normalize()).filter(this::isLookedAt);
    }

    private Optional<String> obstacle(String name) {
        boolean bare = !name.contains("/") && path.find(name).isEmpty();
        return file(name)
                .flatMap(file -> program(file, name).obstacle(path))
                .map(Obstacle::text)
                .map(text -> bare ? withItsFolder(name) + "; and " + text : text);
    }

    private static String withItsFolder(String name) {
        return "a program of the app is called with its folder: ./" + Printable.excerpt(name, LONGEST_NAME);
    }

    private ProgramFile program(Path file, String name) {
        return new ProgramFile(
                file, file.startsWith(tree) ? tree.relativize(file).toString() : name);
    }

    private Optional<Path> file(String name) {
        if (name.isEmpty()) {
            return Optional.empty();
        }
        Path file = folder.resolve(name).normalize();
        if (name.contains("/") || name.endsWith(".sh")) {
            return Optional.of(file).filter(this::isLookedAt);
        }
        return path.find(name).filter(this::isLookedAt);
    }

    /** What is behind a link out of the app's tree is no matter of those who push. */
    private boolean isLookedAt(Path file) {
        try {
            Path real = file.toRealPath();
            return !file.startsWith(tree) || real.startsWith(tree.toRealPath()) || isInstalled(real);
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean isInstalled(Path real) {
        return real.startsWith("/usr") || real.startsWith("/bin");
    }

    private Optional<String> development(String name) {
        String program = name.substring(name.lastIndexOf('/') + 1);
        boolean there = name.contains("/")
                ? Files.exists(folder.resolve(name))
                : path.find(name).isPresent();
        return there || program.isEmpty() ? Optional.empty() : DevelopmentDependency.program(folder, program);
    }

    private Optional<String> absent(String name, int status) {
        String shown = Printable.excerpt(name, LONGEST_NAME);
        if (status != NOT_FOUND || name.endsWith("\\r")) {
            return Optional.empty();
        }
        if (name.contains("/")) {
            return Files.exists(folder.resolve(name))
                    ? Optional.empty()
                    : otherSpelling(name)
                            .or(() -> Optional.of("there is no " + shown
                                    + " where it runs: see whether the build makes it, and whether .gitignore or .slugignore"
                                    + " leaves it out"));
        }
        if (path.find(name).isPresent()) {
            return Optional.empty();
        }
        Path file = folder.resolve(name);
        if (Files.isRegularFile(file) && isLookedAt(file)) {
            String more = program(file, name)
                    .obstacle(path)
                    .map(obstacle -> "; and " + obstacle.text())
                    .orElse("");
            return Optional.of(withItsFolder(name) + more);
        }
        return otherSpelling(name)
                .or(() -> Optional.of(
                        path.isConfigured()
                                ? path.without(shown, "").text()
                                : shown + " is neither among the app's packages nor installed on the server"));
    }

    private Optional<String> otherSpelling(String name) {
        return OtherSpelling.of(tree, folder.resolve(name))
                .map(other -> "there is no " + Printable.excerpt(name, LONGEST_NAME) + ", but "
                        + Printable.excerpt(other, LONGEST_NAME) + ": call it as it is written there");
    }
}
