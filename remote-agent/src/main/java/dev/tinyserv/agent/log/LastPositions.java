package dev.tinyserv.agent.log;

import java.util.Arrays;

/** The last so many of the numbers it was given. */
final class LastPositions {
    private final int most;
    private long[] ring = new long[64];
    private long added;

    LastPositions(int most) {
        this.most = most;
    }

    void add(long position) {
        if (added == ring.length && ring.length < most) {
            ring = Arrays.copyOf(ring, Math.min(most, ring.length * 4));
        }
        ring[(int) (added % capacity())] = position;
        added++;
    }

    private int capacity() {
        return Math.min(most, ring.length);
    }

    int count() {
        return (int) Math.min(added, capacity());
    }

    /** The oldest of those that are kept; there must be one. */
    long oldest() {
        return added <= capacity() ? ring[0] : ring[(int) (added % capacity())];
    }
}
