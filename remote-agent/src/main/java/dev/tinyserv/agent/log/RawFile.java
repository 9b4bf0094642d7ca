package dev.tinyserv.agent.log;

import dev.tinyserv.agent.app.AppName;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file that a process appends to, and its cursor beside it. What was collected is given back to the disk by
 * punching a hole. Where that does not work, the file is cut to nothing when all was collected, or when it has become
 * too large. What is printed between the last look and the cut is lost then. Used by the collector's thread.
 */
final class RawFile {
    private static final Logger LOG = LoggerFactory.getLogger(RawFile.class);
    private static final String LOG_SUFFIX = ".log";
    private static final String CURSOR_SUFFIX = ".cursor";
    private static final long RELEASE_BYTES = 1 << 20;

    private final Path path;
    private final Path cursorPath;
    private final AppName app;
    private final String process;
    private final HolePunch punch;
    private long released;
    private long cutBytes;

    /** What {@link #release} did to the file. */
    enum Release {
        KEPT,
        CUT
    }

    RawFile(Path folder, String id, AppName app, String process, HolePunch punch) {
        this.path = pathOf(folder, id);
        this.cursorPath = folder.resolve(id + CURSOR_SUFFIX);
        this.app = app;
        this.process = process;
        this.punch = punch;
    }

    static Path pathOf(Path folder, String id) {
        return folder.resolve(id + LOG_SUFFIX);
    }

    /** The id of the process whose output is in a file of this name; empty if it is no raw file. */
    static Optional<String> idOf(Path name) {
        return withoutSuffix(name.toString(), LOG_SUFFIX);
    }

    /** The id of the process whose cursor is in a file of this name; empty if it is no cursor. */
    static Optional<String> idOfCursor(Path name) {
        return withoutSuffix(name.toString(), CURSOR_SUFFIX);
    }

    private static Optional<String> withoutSuffix(String name, String suffix) {
        return name.endsWith(suffix)
                ? Optional.of(name.substring(0, name.length() - suffix.length()))
                : Optional.empty();
    }

    static Optional<Cursor> cursor(Path folder, String id) {
        try {
            return Cursor.read(folder.resolve(id + CURSOR_SUFFIX));
        } catch (IOException e) {
            LOG.warn("cannot read the cursor of {}; its output is collected from its beginning: {}", id, e.toString());
            return Optional.empty();
        }
    }

    Path path() {
        return path;
    }

    /** The length of the raw file in bytes; 0 if there is no file. */
    long size() {
        try {
            return Files.size(path);
        } catch (IOException e) {
            return 0;
        }
    }

    /** Saves the cursor; returns whether that worked. A failure is logged. */
    boolean save(long offset, boolean continued) {
        try {
            new Cursor(app, process, offset, continued).write(cursorPath);
            return true;
        } catch (IOException e) {
            LOG.warn("cannot write {}; lines may be doubled after a restart: {}", cursorPath, e.toString());
            return false;
        }
    }

    /**
     * Gives the disk back what lies before the offset, once that is at least 1 MiB and a quarter of the limit. The
     * cursor is saved first, so that a crash loses no line.
     */
    Release release(long offset, boolean continued, long limit) {
        if (offset - released < Math.max(RELEASE_BYTES, limit / 4)) {
            return Release.KEPT;
        }
        if (punch.works()) {
            if (save(offset, continued) && punch.punch(path, released, offset)) {
                released = offset;
            }
            return Release.KEPT;
        }
        long size = size();
        return offset == size || size > limit + RELEASE_BYTES ? cut() : Release.KEPT;
    }

    private Release cut() {
        save(0, false);
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            cutBytes = channel.size();
            channel.truncate(0);
            released = 0;
            return Release.CUT;
        } catch (IOException e) {
            LOG.warn("cannot cut {}: {}", path, e.toString());
            return Release.KEPT;
        }
    }

    /** The length of the file in bytes when it was last cut. */
    long cutBytes() {
        return cutBytes;
    }

    void delete() {
        try {
            Files.deleteIfExists(path);
            Files.deleteIfExists(cursorPath);
        } catch (IOException e) {
            LOG.warn("cannot delete {}: {}", path, e.toString());
        }
    }
}
