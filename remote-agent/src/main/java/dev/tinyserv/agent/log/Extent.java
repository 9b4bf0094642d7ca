package dev.tinyserv.agent.log;

import java.util.List;

/**
 * What a timeline holds at one moment. Positions count the bytes of the timeline since it was opened, over all segments
 * and also those that are deleted by now, so a reader that was overtaken knows how much it missed.
 *
 * @param segments oldest first
 */
record Extent(List<Segment> segments) {
    static final Extent EMPTY = new Extent(List.of());

    /**
     * A file of the timeline.
     *
     * @param number rising; the file's name
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
