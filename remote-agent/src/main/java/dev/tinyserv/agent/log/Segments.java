package dev.tinyserv.agent.log;

import dev.tinyserv.agent.log.Extent.Segment;
import dev.tinyserv.agent.store.OwnFile;
import dev.tinyserv.buildpacks.source.FileTree;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of one timeline: {@code 00000001.log} and so on. Each takes an eighth of the limit, at most 16 MiB. The
 * oldest is deleted before a new one would break the limit. No file is kept open, so whoever deletes the folder frees
 * its space. Used by one thread.
 */
final class Segments {
    private static final Logger LOG = LoggerFactory.getLogger(Segments.class);
    private static final Pattern NAME = Pattern.compile("\\d{8,18}\\.log");
    private static final long LARGEST_SEGMENT = 16L << 20;
    private static final int LAST_LINE_WINDOW = 64 * 1024;

    private final Path folder;
    private final long limit;
    private final long segmentLimit;
    private List<Segment> segments = new ArrayList<>();
    private long lastNumber;
    private long end;

    Segments(Path folder, long limit) {
        this.folder = folder;
        this.limit = limit;
        this.segmentLimit = Math.min(limit / 8, LARGEST_SEGMENT);
    }

    /** The most bytes that {@link #append} should be given at once. */
    long segmentLimit() {
        return segmentLimit;
    }

    Extent extent() {
        return new Extent(segments);
    }

    /**
     * Finds the segments that an earlier agent left, and ends a torn last line. Whatever else lies there is passed over.
     *
     * @return the time of the last line; empty if there is none
     */
    Optional<Instant> load() throws IOException {
        TreeSet<Long> numbers = new TreeSet<>();
        long taken = 0;
        try {
            for (Path file : FileTree.entries(folder, "*")) {
                long number = number(file);
                if (number >= 0 && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                    numbers.add(number);
                } else if (number >= 0 && !Files.isSymbolicLink(file)) {
                    taken = Math.max(taken, number);
                }
            }
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        List<Segment> found = new ArrayList<>();
        long start = 0;
        for (long number : numbers) {
            Segment empty = new Segment(number, start, 0);
            Segment segment = new Segment(number, start, Files.size(folder.resolve(empty.fileName())));
            found.add(segment);
            start = segment.end();
        }
        segments = found;
        end = start;
        lastNumber = numbers.isEmpty() ? taken : Math.max(taken, numbers.last());
        return found.isEmpty() ? Optional.empty() : continueLast();
    }

    /** The number of the segment that is named so; -1 if none of ours is. */
    private static long number(Path file) {
        String name = file.getFileName().toString();
        if (!NAME.matcher(name).matches()) {
            return -1;
        }
        Segment named = new Segment(Long.parseLong(name.substring(0, name.indexOf('.'))), 0, 0);
        return named.fileName().equals(name) ? named.number() : -1;
    }

    private Optional<Instant> continueLast() throws IOException {
        Segment last = segments.get(segments.size() - 1);
        byte[] tail;
        try (FileChannel channel = FileChannel.open(path(last), StandardOpenOption.READ)) {
            ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(LAST_LINE_WINDOW, last.length()));
            channel.read(buffer, last.length() - buffer.capacity());
            tail = buffer.array();
        }
        if (tail.length > 0 && tail[tail.length - 1] != '\n') {
            append(new byte[] {'\n'});
        }
        return LogLine.lastTime(new String(tail, StandardCharsets.UTF_8));
    }

    /** Adds complete lines: all of them or, if this throws, none that a reader would see. */
    void append(byte[] lines) throws IOException {
        if (!segments.isEmpty()) {
            Segment last = segments.get(segments.size() - 1);
            if (last.length() + lines.length <= segmentLimit && write(last, lines, false)) {
                return;
            }
            if (last.length() == 0) {
                segments.remove(last);
                lastNumber--;
            }
        }
        makeRoom(lines.length);
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder, OwnFile.FOLDER_MODE);
        }
        Segment fresh = new Segment(lastNumber + 1, end, 0);
        segments.add(fresh);
        lastNumber = fresh.number();
        if (!write(fresh, lines, true)) {
            throw new NoSuchFileException(path(fresh).toString(), null, "it was deleted while it was written");
        }
    }

    /** Writes to the last segment; false if somebody else has deleted or cut it, so that it gets no more lines. */
    private boolean write(Segment segment, byte[] lines, boolean create) throws IOException {
        makeRoom(lines.length);
        Set<OpenOption> options = create
                ? Set.of(
                        StandardOpenOption.WRITE,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        LinkOption.NOFOLLOW_LINKS)
                : Set.of(StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        if (OwnFile.removeLink(path(segment)) && !create) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(path(segment), options, OwnFile.FILE_MODE)) {
            if (channel.size() < segment.length()) {
                return false;
            }
            // What stands behind the valid length is the rest of a write that failed, on a full disk for example.
            channel.truncate(segment.length());
            ByteBuffer buffer = ByteBuffer.wrap(lines);
            while (buffer.hasRemaining()) {
                channel.write(buffer, segment.length() + buffer.position());
            }
        } catch (NoSuchFileException e) {
            return false;
        }
        segments.set(segments.size() - 1, segment.grownBy(lines.length));
        end = segment.end() + lines.length;
        return true;
    }

    private void makeRoom(int bytes) throws IOException {
        long total = segments.stream().mapToLong(Segment::length).sum();
        while (!segments.isEmpty() && total + bytes > limit) {
            Segment oldest = segments.get(0);
            Files.deleteIfExists(path(oldest));
            segments.remove(0);
            total -= oldest.length();
        }
    }

    Path path(Segment segment) {
        return folder.resolve(segment.fileName());
    }

    /** Deletes the segments, and the folder unless a stranger has put something into it. */
    void delete() throws IOException {
        try {
            for (Path file : FileTree.entries(folder, "*")) {
                if (number(file) >= 0 && !Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            return;
        }
        segments = new ArrayList<>();
        try {
            Files.deleteIfExists(folder);
        } catch (DirectoryNotEmptyException e) {
            LOG.info("{} stays: there are files in it that are not ours", folder);
        }
    }
}
