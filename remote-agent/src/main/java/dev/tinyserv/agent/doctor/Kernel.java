package dev.tinyserv.agent.doctor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the kernel tells in its files.
 *
 * @param root where {@code proc} and {@code sys} lie
 */
public record Kernel(Path root) {
    /** The kernel of this machine. */
    public static Kernel ofThisMachine() {
        return new Kernel(Path.of("/"));
    }

    /** A file's text; empty if it is not there or may not be read. */
    Optional<String> text(String file) {
        try {
            return Optional.of(Files.readString(root.resolve(file), StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The number that a file consists of. */
    OptionalLong number(String file) {
        return text(file).map(text -> parse(text.strip())).orElse(OptionalLong.empty());
    }

    /** The first number behind a name at the beginning of a line: {@code MemAvailable:  123 kB}. */
    OptionalLong field(String file, String name) {
        return text(file).stream()
                .flatMap(String::lines)
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(name.length()).strip().split("\\s+", 2)[0])
                .map(Kernel::parse)
                .findFirst()
                .orElse(OptionalLong.empty());
    }

    boolean exists(String file) {
        return Files.exists(root.resolve(file));
    }

    private static OptionalLong parse(String text) {
        if (text.equals("unlimited") || text.equals("max")) {
            return OptionalLong.of(Long.MAX_VALUE);
        }
        try {
            return OptionalLong.of(Long.parseLong(text));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }
}
