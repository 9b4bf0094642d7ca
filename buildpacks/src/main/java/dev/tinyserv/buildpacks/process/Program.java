package dev.tinyserv.buildpacks.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Programs on this machine. */
public final class Program {
    private Program() {}

    /**
     * The path of a program; empty if it is not found or not executable.
     *
     * @param name a name to look for on PATH, or an absolute path
     * @param environment its {@code PATH} is searched
     */
    public static Optional<Path> find(String name, Map<String, String> environment) {
        return name.startsWith("/")
                ? Optional.of(Path.of(name)).filter(Program::isExecutable)
                : find(name, environment, folder -> true);
    }

    /** The path of a program that is looked for in those absolute folders of {@code PATH} that the test lets through. */
    public static Optional<Path> find(String name, Map<String, String> environment, Predicate<Path> isLookedIn) {
        return Stream.of(environment.getOrDefault("PATH", "").split(":", -1))
                .filter(folder -> folder.startsWith("/"))
                .map(Path::of)
                .filter(isLookedIn)
                .map(folder -> folder.resolve(name))
                .filter(Program::isExecutable)
                .findFirst();
    }

    private static boolean isExecutable(Path file) {
        return Files.isRegularFile(file) && Files.isExecutable(file);
    }
}
