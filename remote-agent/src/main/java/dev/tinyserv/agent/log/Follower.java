package dev.tinyserv.agent.log;

import dev.tinyserv.buildpacks.process.Cancellation;
import java.io.IOException;
import java.time.Clock;

/**
 * Reads one timeline as it grows, in the thread of the one who follows it. The last lines and the new ones are read in
 * one run through the same files, so no line is lost or doubled between them. A sink that stalls holds up nobody else.
 */
final class Follower {
    private final Timeline timeline;
    private final LogFilter filter;
    private final LineSink sink;
    private final Cancellation cancellation;
    private final Clock clock;
    private final LogReader reader;

    Follower(Timeline timeline, LogFilter filter, LineSink sink, Cancellation cancellation, Clock clock) {
        this.timeline = timeline;
        this.filter = filter;
        this.sink = sink;
        this.cancellation = cancellation;
        this.clock = clock;
        this.reader = new LogReader(timeline);
    }

    /** Returns on cancellation, when the timeline ends, when the sink throws and when the thread is interrupted. */
    void run(int count) {
        Extent first = timeline.extent();
        long position = reader.startOfLast(first, count, filter);
        Cancellation.Registration registration = cancellation.onCancel(timeline.signal()::raise);
        try {
            follow(position);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            return; // nobody reads any more
        } finally {
            registration.close();
        }
    }

    private void follow(long start) throws IOException, InterruptedException {
        long position = start;
        while (!cancellation.isCancelled()) {
            long seen = timeline.signal().version();
            boolean ended = timeline.ended();
            Extent extent = timeline.extent();
            position = show(extent, position);
            if (position >= extent.end()) {
                if (ended) {
                    return;
                }
                timeline.signal().await(seen);
            }
        }
    }

    private long show(Extent extent, long position) throws IOException {
        LogReader.Chunk chunk = reader.read(extent, position);
        if (chunk.lost() > 0) {
            String text = chunk.lost() + " bytes of log were rotated away while this reader was slow";
            sink.line(new LogLine(LogLine.stamp(clock.instant()), "tinyserv", "log", text).text());
        }
        for (LogReader.StoredLine line : chunk.lines()) {
            if (cancellation.isCancelled()) {
                break;
            }
            if (LogLine.parse(line.text()).filter(filter::matches).isPresent()) {
                sink.line(line.text());
            }
        }
        return chunk.next();
    }
}
