package dev.tinyserv.agent.log;

import java.util.List;

/**
 * What a timeline holds at one moment. Positions count the bytes of the timeline since this agent opened it, over all
 * segments, including those that were deleted since. So a reader that was overtaken knows how many bytes it missed.
 *
 * @param segments oldest first
 */
record Extent(List<Segment> segments) {
    static final Extent EMPTY = new Extent(List.of());

    /**
     * A file of the timeline.
     *
     * @param number counts up, and is in the file's name
     * @param start the position of its first byte
     * @param length how many of its bytes are valid; they end with a line feed
     */
    record Segment(long number, long start, long length) {
        long end() {
            return start + length;
        }

        String fileName() {
            return String.format("%08d.log", number);
        }

        Segment grownBy(int bytes) {
            return new Segment(number, start, length + bytes);
        }
    }

    Extent {
        segments = List.copyOf(segments);
    }

    long end() {
        return segments.isEmpty() ? 0 : segments.get(segments.size() - 1).end();
    }
}
