package dev.tinyserv.buildpacks.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

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
        if (name.startsWith("/")) {
            return Optional.of(Path.of(name)).filter(Program::isExecutable);
        }
        for (String folder : environment.getOrDefault("PATH", "").split(":", -1)) {
            if (folder.startsWith("/")) {
                Path file = Path.of(folder, name);
                if (isExecutable(file)) {
                    return Optional.of(file);
                }
            }
        }
        return Optional.empty();
    }

    private static boolean isExecutable(Path file) {
        return Files.isRegularFile(file) && Files.isExecutable(file);
    }
}
