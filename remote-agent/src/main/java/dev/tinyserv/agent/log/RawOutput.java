package dev.tinyserv.agent.log;

import dev.tinyserv.buildpacks.base.LineSplitter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one process prints: a file that the process appends to, and how much of it is in the timeline. Nothing of the
 * file is kept in memory between two looks, so a line that is not complete is read again. All but {@link #queue} is for
 * the collector's thread.
 */
final class RawOutput {
    /** How long a line may lack its line feed before it is shown as it is. */
    static final long PARTIAL_MILLIS = 1000;

    private static final Logger LOG = LoggerFactory.getLogger(RawOutput.class);
    private static final long SAVE_MILLIS = 250;
    private static final long REPORT_MILLIS = 1000;
    /** How often a report waits for the end of a flood; then a flood that goes on is reported all the same. */
    private static final int MOST_POSTPONED = 10;

    private static final long BUDGET = 1 << 20;
    private static final String LATE = "(late) ";

    private final RawFile file;
    private final Timeline timeline;
    private final String process;
    private final long limit;
    private final Later later;
    private final byte[] buffer;
    private final RecentLines recent = new RecentLines();
    private final AtomicBoolean queued = new AtomicBoolean();

    private long offset;
    private boolean continued;
    private long lateUntil;
    private long dropped;
    private long partialAt = -1;
    private boolean atLineStart = true;
    private boolean behind;
    private boolean reportPlanned;
    private int postponed;
    private boolean savePlanned;
    private boolean gone;

    /**
     * Goes on where a cursor stands.
     *
     * @param limit the most unread bytes; beyond it the oldest are dropped
     * @param buffer for reading; may be shared within the thread
     */
    RawOutput(RawFile file, Cursor cursor, Timeline timeline, long limit, Later later, byte[] buffer) {
        this.file = file;
        this.timeline = timeline;
        this.process = cursor.process();
        this.limit = limit;
        this.later = later;
        this.buffer = buffer;
        this.offset = cursor.offset();
        this.continued = cursor.continued();
        this.lateUntil = file.size();
    }

    /** Claims the right to queue one look at the file; false while one is queued. Any thread. */
    boolean queue() {
        return queued.compareAndSet(false, true);
    }

    Timeline timeline() {
        return timeline;
    }

    RecentLines recent() {
        return recent;
    }

    /** Brings what was printed into the timeline, at most about 1 MiB; returns whether there is more. */
    boolean collect() {
        queued.set(false);
        if (gone) {
            return false;
        }
        boolean more = false;
        long before = offset;
        try (FileChannel channel = FileChannel.open(file.path(), StandardOpenOption.READ)) {
            more = read(channel);
        } catch (NoSuchFileException e) {
            return false; // nothing was printed yet
        } catch (IOException e) {
            LOG.warn("cannot read {}: {}", file.path(), e.toString());
        }
        behind = more;
        timeline.flush();
        if (offset != before) {
            planSave();
            release();
        }
        return more;
    }

    private boolean read(FileChannel channel) throws IOException {
        long size = channel.size();
        if (size < offset) {
            restart();
        }
        skipExcess(size);
        long until = Math.min(size, offset + BUDGET);
        while (offset < until) {
            int taken = take(fill(channel, buffer.length));
            if (taken == 0) {
                break;
            }
            offset += taken;
        }
        boolean more = offset >= until && offset < size;
        planPartial(offset < size && !more);
        return more;
    }

    private int fill(FileChannel channel, int most) throws IOException {
        ByteBuffer target = ByteBuffer.wrap(buffer, 0, most);
        while (target.hasRemaining() && channel.read(target, offset + target.position()) > 0) {
            // as much as there is
        }
        return target.position();
    }

    /** Takes lines out of the buffer; returns how many bytes they took. */
    private int take(int length) {
        if (length == 0) {
            return 0;
        }
        if (!atLineStart) {
            atLineStart = true;
            int lineFeed = LineSplitter.indexOfLineFeed(buffer, 0, length);
            dropped += lineFeed + 1;
            if (lineFeed >= 0) {
                return lineFeed + 1;
            }
        }
        if (continued) {
            if (buffer[0] == '\n') {
                continued = false;
                return 1;
            }
            if (buffer[0] == '\r' && (length == 1 || buffer[1] == '\n')) {
                continued = length == 1;
                return length == 1 ? 0 : 2;
            }
        }
        int taken = LineSplitter.split(buffer, length, this::show);
        continued &= taken == 0;
        return taken;
    }

    private void show(int from, String line) {
        recent.add(line);
        timeline.add("app", process, offset + from < lateUntil ? LATE + line : line);
    }

    private void skipExcess(long size) {
        if (size - offset > limit) {
            long target = size - limit / 2;
            drop(target - offset);
            offset = target;
            continued = false;
            atLineStart = false;
        }
    }

    private void drop(long bytes) {
        dropped += bytes;
        planReport();
    }

    private void planReport() {
        if (!reportPlanned && dropped > 0) {
            reportPlanned = true;
            later.after(REPORT_MILLIS, this::reportSoon);
        }
    }

    /**
     * Reports what was dropped once the flood is over: what is still to come could rotate the report away, as each of
     * its bytes may be a line.
     */
    private void reportSoon() {
        reportPlanned = false;
        if (behind && postponed < MOST_POSTPONED) {
            postponed++;
            planReport();
        } else {
            reportDropped();
        }
    }

    private void reportDropped() {
        postponed = 0;
        if (dropped > 0 && !gone) {
            timeline.add(
                    "tinyserv",
                    "log",
                    "dropped " + dropped + " bytes of " + process
                            + "'s output: it printed faster than TINYSERV_LOG_SIZE allows");
            timeline.flush();
            dropped = 0;
        }
    }

    private void planPartial(boolean isPartial) {
        if (!isPartial) {
            partialAt = -1;
        } else if (partialAt != offset) {
            long at = offset;
            partialAt = at;
            later.after(PARTIAL_MILLIS, () -> showPartial(at));
        }
    }

    private void showPartial(long at) {
        if (gone || partialAt != at) {
            return;
        }
        collect();
        if (offset == at && takeRest(false)) {
            timeline.flush();
            planSave();
            collect();
        }
    }

    /**
     * Takes a line without a line feed; returns whether something was taken. An unfinished character at its end is left
     * for later if there is more than that.
     */
    private boolean takeRest(boolean atEnd) {
        try (FileChannel channel = FileChannel.open(file.path(), StandardOpenOption.READ)) {
            int length = fill(channel, LineSplitter.LONGEST);
            if (LineSplitter.indexOfLineFeed(buffer, 0, length) >= 0) {
                offset += take(length);
                return true; // the line has just got its line feed
            }
            if (length == 0 || (continued && length == 1 && buffer[0] == '\r')) {
                return false;
            }
            boolean all = atEnd && length < LineSplitter.LONGEST;
            int taken = LineSplitter.rest(buffer, length, all, this::show);
            offset += taken > 0 ? taken : LineSplitter.rest(buffer, length, true, this::show);
            continued = true;
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void planSave() {
        if (!savePlanned) {
            savePlanned = true;
            later.after(SAVE_MILLIS, this::save);
        }
    }

    private void save() {
        savePlanned = false;
        if (!gone) {
            file.save(offset, continued);
        }
    }

    private void release() {
        switch (file.release(offset, continued, limit)) {
            case KEPT -> {}
            case CUT -> {
                drop(Math.max(0, file.cutBytes() - offset));
                restart();
            }
        }
    }

    private void restart() {
        offset = 0;
        lateUntil = 0;
        continued = false;
        partialAt = -1;
    }

    /** Brings what was printed by now into the timeline, but for an unfinished line, and saves the cursor. */
    void settle() {
        long end = file.size();
        while (collect() && offset < end) {
            // a process that goes on printing does not hold us up
        }
        reportDropped();
        save();
    }

    /** Brings all that was printed into the timeline and deletes the file. */
    void finish() {
        long end = file.size();
        settle();
        while (offset < end && takeRest(true)) {
            // a rest of more than the longest line comes in pieces
        }
        timeline.flush();
        abandon();
    }

    /** Deletes the file, whatever it holds, and ends collecting. */
    void abandon() {
        gone = true;
        file.delete();
    }
}
