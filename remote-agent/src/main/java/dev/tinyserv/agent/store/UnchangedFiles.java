package dev.tinyserv.agent.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * What was read of files, so that a file which has not changed is not read again. A file has changed if its inode, its
 * size or the time of its last change (ctime, see inode(7)) has. Safe for several threads.
 *
 * @param <T> what a file holds
 */
public final class UnchangedFiles<T> {
    /** Times are counted in ticks of some ms: what was changed just before it was read could change again unseen. */
    private static final Duration SETTLED = Duration.ofSeconds(2);

    private record Stamp(long inode, long size, FileTime changed) {}

    private record Kept<T>(Stamp stamp, T content) {}

    private final Clock clock;
    private final Map<Path, Kept<T>> kept = new ConcurrentHashMap<>();

    /** Nothing was read yet; files' times are those of the clock. */
    public UnchangedFiles(Clock clock) {
        this.clock = clock;
    }

    /**
     * What the file holds: what was read before, if it has not changed since, else what the reader returns now. What a
     * reader throws is passed on.
     */
    public T read(Path file, Function<Path, T> reader) {
        Stamp now;
        try {
            now = stamp(file);
        } catch (IOException e) {
            return reader.apply(file); // which says what is wrong
        }
        Kept<T> before = kept.get(file);
        if (before != null && before.stamp().equals(now)) {
            return before.content();
        }
        T content = reader.apply(file);
        if (now.changed().toInstant().isBefore(clock.instant().minus(SETTLED))) {
            kept.put(file, new Kept<>(now, content));
        } else {
            kept.remove(file);
        }
        return content;
    }

    /** Forgets all other files. */
    public void retain(Collection<Path> files) {
        kept.keySet().retainAll(files);
    }

    private static Stamp stamp(Path file) throws IOException {
        Map<String, Object> told = Files.readAttributes(file, "unix:ino,size,ctime", LinkOption.NOFOLLOW_LINKS);
        return new Stamp(
                (long) Objects.requireNonNull(told.get("ino")),
                (long) Objects.requireNonNull(told.get("size")),
                (FileTime) Objects.requireNonNull(told.get("ctime")));
    }
}
