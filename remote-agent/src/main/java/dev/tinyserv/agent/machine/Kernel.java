package dev.tinyserv.agent.machine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** What the kernel tells in its files. */
public record Kernel(Path root) {
    private static final long KB = 1024;
    private static final int MOST_AT_ONCE = 64 * 1024;

    /** The kernel of this machine. */
    public static Kernel ofThisMachine() {
        return new Kernel(Path.of("/"));
    }

    /** A file's text; empty if it is not there or may not be read. */
    public Optional<String> text(String file) {
        try (InputStream in = Files.newInputStream(root.resolve(file))) {
            return Optional.of(new String(content(in), StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /**
     * Begins with a large piece: a number under {@code proc/sys} is given in one, and what is asked for behind it is
     * the end. {@link Files#readString} begins with one byte, because the size of such a file is 0.
     */
    private static byte[] content(InputStream in) throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        byte[] piece = new byte[MOST_AT_ONCE];
        for (int read = in.read(piece); read > 0; read = in.read(piece)) {
            content.write(piece, 0, read);
        }
        return content.toByteArray();
    }

    /** A file's lines; none if it is not there or may not be read. */
    public Stream<String> lines(String file) {
        return text(file).stream().flatMap(String::lines);
    }

    /** The number that a file consists of. */
    public OptionalLong number(String file) {
        return text(file).map(text -> parse(text.strip())).orElse(OptionalLong.empty());
    }

    /** The first number behind a name at the beginning of a line: {@code MemAvailable:  123 kB}. */
    public OptionalLong field(String file, String name) {
        return lines(file)
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(name.length()).strip().split("\\s+", 2)[0])
                .map(Kernel::parse)
                .findFirst()
                .orElse(OptionalLong.empty());
    }

    /** The memory that programs could still get, in bytes; empty if the kernel does not tell. */
    public OptionalLong availableMemory() {
        OptionalLong kilobytes = field("proc/meminfo", "MemAvailable:");
        return kilobytes.isEmpty() ? kilobytes : OptionalLong.of(kilobytes.getAsLong() * KB);
    }

    /** Whether there is such a file. */
    public boolean exists(String file) {
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
