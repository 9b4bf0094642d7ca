package dev.tinyserv.agent.git;

import java.io.IOException;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Scans a pack before JGit gets it, and refuses what would not fit in memory: the list of all objects, commits, trees,
 * tags, and results of deltas. A few bytes can claim gigabytes, and a full heap ends the agent. Files that are sent
 * whole may be large, because JGit streams them. Used by one thread.
 *
 * @see <a href="https://git-scm.com/docs/gitformat-pack">the format</a>
 */
final class PackScan implements AutoCloseable {
    private static final int HEADER_BYTES = 12;
    private static final int ID_BYTES = 20;
    private static final int BLOB = 3;
    private static final int OFS_DELTA = 6;
    private static final int REF_DELTA = 7;
    private static final int SHARE_OF_HEAP = 8;
    private static final int HEAP_BYTES_PER_OBJECT = 256;

    private enum Part {
        HEADER,
        ENTRY,
        BASE_OFFSET,
        BASE_ID,
        DATA,
        TRAILER
    }

    private final long mostBytes;
    private final long mostObjects;
    private final Inflater inflater = new Inflater();
    private final byte[] inflated = new byte[32 * 1024];

    private Part part = Part.HEADER;
    private int seen;
    private long objects;
    private int type;
    private long size;
    private int shift;
    private long produced;
    private long resultSize;
    private int sizesRead;

    PackScan(long heapBytes) {
        this.mostBytes = heapBytes / SHARE_OF_HEAP;
        this.mostObjects = heapBytes / HEAP_BYTES_PER_OBJECT;
    }

    /** Scans the next bytes of the pack. Throws, with a message for the pusher, if JGit must not see them. */
    void next(byte[] bytes, int from, int length) throws IOException {
        int at = from;
        int end = from + length;
        while (at < end && part != Part.TRAILER) {
            if (part == Part.DATA) {
                at = data(bytes, at, end);
            } else {
                one(bytes[at++] & 0xFF);
            }
        }
    }

    private void one(int octet) throws IOException {
        switch (part) {
            case HEADER -> header(octet);
            case ENTRY -> entry(octet);
            case BASE_OFFSET -> {
                if (octet < 0x80) {
                    begin(Part.DATA);
                }
            }
            case BASE_ID -> {
                if (++seen == ID_BYTES) {
                    begin(Part.DATA);
                }
            }
            default -> throw new IllegalStateException(part.toString());
        }
    }

    private void header(int octet) throws IOException {
        if (seen >= HEADER_BYTES - Integer.BYTES) {
            objects = objects << 8 | octet;
        }
        if (++seen < HEADER_BYTES) {
            return;
        }
        if (objects > mostObjects) {
            throw new IOException("the push has " + objects + " objects, more than the " + mostObjects
                    + " that the agent's memory holds; push the history in parts");
        }
        begin(objects == 0 ? Part.TRAILER : Part.ENTRY);
    }

    private void entry(int octet) throws IOException {
        if (seen == 0) {
            type = octet >> 4 & 7;
            size = octet & 0xF;
            shift = 4;
        } else {
            size = plus(size, octet);
        }
        seen++;
        if (octet >= 0x80) {
            return;
        }
        if (type != BLOB) {
            requireFitting(size);
        }
        begin(type == OFS_DELTA ? Part.BASE_OFFSET : type == REF_DELTA ? Part.BASE_ID : Part.DATA);
    }

    private long plus(long value, int octet) throws IOException {
        if (shift > Long.SIZE - 8) {
            throw new IOException("the pack is damaged: a size that no object has; push again");
        }
        long sum = value | (long) (octet & 0x7F) << shift;
        shift += 7;
        return sum;
    }

    private int data(byte[] bytes, int from, int end) throws IOException {
        inflater.setInput(bytes, from, end - from);
        try {
            while (!inflater.finished()) {
                int count = inflater.inflate(inflated);
                if (count == 0 && !inflater.finished()) {
                    if (inflater.needsDictionary()) {
                        throw new DataFormatException("a dictionary is needed");
                    }
                    return end;
                }
                take(count);
            }
        } catch (DataFormatException e) {
            throw new IOException("the pack is damaged: " + e.getMessage() + "; push again", e);
        }
        int rest = inflater.getRemaining();
        begin(--objects == 0 ? Part.TRAILER : Part.ENTRY);
        return end - rest;
    }

    private void take(int count) throws IOException {
        produced += count;
        if (produced > size) {
            throw new IOException("the pack is damaged: an object is larger than it says; push again");
        }
        if (type >= OFS_DELTA) {
            for (int i = 0; i < count && sizesRead < 2; i++) {
                deltaHeader(inflated[i] & 0xFF);
            }
        }
    }

    /** A delta begins with two sizes: its base's and its result's. */
    private void deltaHeader(int octet) throws IOException {
        resultSize = plus(resultSize, octet);
        if (octet < 0x80) {
            requireFitting(resultSize);
            sizesRead++;
            resultSize = 0;
            shift = 0;
        }
    }

    private void requireFitting(long bytes) throws IOException {
        if (bytes <= mostBytes) {
            return;
        }
        throw new IOException(
                type >= OFS_DELTA
                        ? "a file of " + bytes + " bytes is sent as a difference, and the agent's memory holds "
                                + mostBytes + "; run git -c core.bigFileThreshold=10m repack -adf, then push again"
                        : "a commit, tag or folder of " + bytes + " bytes is more than the " + mostBytes
                                + " that the agent's memory holds; make it smaller");
    }

    private void begin(Part next) {
        part = next;
        seen = 0;
        if (next == Part.DATA) {
            inflater.reset();
            produced = 0;
            resultSize = 0;
            sizesRead = 0;
            shift = 0;
        }
    }

    @Override
    public void close() {
        inflater.end();
    }
}
