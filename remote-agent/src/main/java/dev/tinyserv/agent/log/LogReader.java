package dev.tinyserv.agent.log;

import dev.tinyserv.agent.log.Extent.Segment;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Reads a timeline in chunks of at most 64 KiB. No file is open between two chunks, so a reader that stalls keeps no
 * deleted segment on the disk.
 */
final class LogReader {
    private static final int CHUNK = 64 * 1024;

    private final Timeline timeline;

    LogReader(Timeline timeline) {
        this.timeline = timeline;
    }

    /**
     * A line and its place.
     *
     * @param position the position of its first byte in the timeline
     * @param text the line without its line feed
     */
    record StoredLine(long position, String text) {}

    /**
     * The result of one read.
     *
     * @param lines in order
     * @param next the position to read on from
     * @param lost how many bytes before the lines were deleted before they could be read
     */
    record Chunk(List<StoredLine> lines, long next, long lost) {}

    /** Reads one chunk from a position on. Only at the end of the extent is {@code next} the same position. */
    Chunk read(Extent extent, long position) {
        for (Segment segment : extent.segments()) {
            if (segment.end() > position) {
                long from = Math.max(position, segment.start());
                Chunk chunk = read(segment, from);
                return new Chunk(chunk.lines(), chunk.next(), chunk.lost() + from - position);
            }
        }
        return new Chunk(List.of(), Math.max(position, extent.end()), 0);
    }

    private Chunk read(Segment segment, long from) {
        int length = (int) Math.min(CHUNK, segment.end() - from);
        ByteBuffer buffer = ByteBuffer.allocate(length);
        try (FileChannel channel = FileChannel.open(timeline.path(segment), StandardOpenOption.READ)) {
            while (buffer.hasRemaining() && channel.read(buffer, from - segment.start() + buffer.position()) > 0) {
                // as much as there is
            }
        } catch (IOException e) {
            return new Chunk(List.of(), segment.end(), segment.end() - from);
        }
        if (buffer.hasRemaining()) {
            return new Chunk(List.of(), segment.end(), segment.end() - from);
        }
        return lines(buffer.array(), from);
    }

    private static Chunk lines(byte[] bytes, long position) {
        List<StoredLine> lines = new ArrayList<>();
        int begin = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                lines.add(line(bytes, begin, i, position));
                begin = i + 1;
            }
        }
        if (begin == 0) { // somebody else wrote this: our lines are shorter than a chunk, and a segment ends with one
            lines.add(line(bytes, 0, bytes.length, position));
            begin = bytes.length;
        }
        return new Chunk(lines, position + begin, 0);
    }

    private static StoredLine line(byte[] bytes, int from, int to, long position) {
        return new StoredLine(position + from, new String(bytes, from, to - from, StandardCharsets.UTF_8));
    }

    /** The position at which the last {@code count} wanted lines begin. */
    long startOfLast(Extent extent, int count, LogFilter filter) {
        long start = extent.end();
        int missing = count;
        List<Segment> segments = extent.segments();
        for (int i = segments.size() - 1; i >= 0 && missing > 0; i--) {
            Deque<Long> found = lastWanted(segments.get(i), missing, filter);
            start = found.isEmpty() ? start : found.getFirst();
            missing -= found.size();
        }
        return start;
    }

    private Deque<Long> lastWanted(Segment segment, int most, LogFilter filter) {
        Deque<Long> found = new ArrayDeque<>();
        long position = segment.start();
        while (position < segment.end()) {
            Chunk chunk = read(segment, position);
            for (StoredLine line : chunk.lines()) {
                if (LogLine.parse(line.text()).filter(filter::matches).isPresent()) {
                    found.addLast(line.position());
                }
                if (found.size() > most) {
                    found.removeFirst();
                }
            }
            position = chunk.next();
        }
        return found;
    }
}
