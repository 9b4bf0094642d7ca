package dev.tinyserv.buildpacks.buildpack.staticsite;

import dev.tinyserv.buildpacks.buildpack.Fingerprint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Gives files that are as they were in the app's last build the time that they had then: what browsers keep of them
 * stays valid, although each build writes all files anew. Kept as lines {@code HASH SECONDS PATH}.
 */
final class UnchangedTimes {
    /** With the paths it is some 100 MB of memory at the very most, and a site of that size is a rare one. */
    private static final int MAX_FILES = 100_000;

    private static final int MAX_BYTES = 32 << 20;

    private record Former(String hash, long seconds) {}

    private final Path file;
    private final long now;
    private final Map<String, Former> former = new HashMap<>();
    private final Map<String, Former> current = new HashMap<>();

    private UnchangedTimes(Path file, Instant now) {
        this.file = file;
        this.now = now.getEpochSecond();
    }

    /**
     * What the last build wrote; nothing if that cannot be read, because it only saves traffic.
     *
     * @param file in a {@linkplain dev.tinyserv.buildpacks.buildpack.Build#cacheFolder folder of the cache}
     */
    static UnchangedTimes read(Path file, Instant now) {
        UnchangedTimes times = new UnchangedTimes(file, now);
        if (!isOurs(file)) {
            return times;
        }
        try (Stream<String> lines = Files.lines(file, StandardCharsets.UTF_8)) {
            lines.limit(MAX_FILES).forEach(times::take);
        } catch (NoSuchFileException e) {
            return times;
        } catch (IOException | UncheckedIOException | NumberFormatException e) {
            times.former.clear();
        }
        return times;
    }

    /** The app's build can have put a link there, what never ends, or what is too much for the memory. */
    private static boolean isOurs(Path file) {
        try {
            return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && Files.size(file) <= MAX_BYTES;
        } catch (IOException e) {
            return false;
        }
    }

    private void take(String line) {
        String[] parts = line.split(" ", 3);
        if (parts.length == 3) {
            former.put(parts[2], new Former(parts[0], Long.parseLong(parts[1])));
        }
    }

    /** Sets the time of a file of the site. */
    void set(Path path, String name) throws IOException {
        String hash = new Fingerprint().add(path).hex();
        Former before = former.get(name);
        long seconds = before == null ? now : before.hash().equals(hash) ? before.seconds() : later(before);
        if (current.size() < MAX_FILES && name.indexOf('\n') < 0 && name.indexOf('\r') < 0) {
            current.put(name, new Former(hash, seconds));
        }
        Files.setLastModifiedTime(path, FileTime.fromMillis(seconds * 1000));
    }

    /** Two builds in one second must not give two contents one time: browsers would take the new for the old. */
    private long later(Former before) {
        return Math.max(now, before.seconds() + 1);
    }

    /** Writes down what was set, for the next build. */
    void write() throws IOException {
        Files.createDirectories(file.getParent());
        Files.deleteIfExists(file);
        StringBuilder lines = new StringBuilder();
        current.forEach((name, entry) -> lines.append(entry.hash())
                .append(' ')
                .append(entry.seconds())
                .append(' ')
                .append(name)
                .append('\n'));
        Files.writeString(file, lines, StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW);
    }
}
