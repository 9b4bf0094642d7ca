package dev.tinyserv.agent.run;

import dev.tinyserv.buildpacks.base.LineSplitter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;

/**
 * Follows the raw output of a process. The collector frees disk space behind what it has read: a hole in the file reads
 * as NUL bytes, which are left out, and a file that shrank is followed from its end. For one thread.
 */
final class RawTail {
    private static final int CHUNK = 64 * 1024;

    private final Path file;
    private final Consumer<String> lines;
    private final LineSplitter splitter;
    private long offset;

    RawTail(Path file, Consumer<String> lines) {
        this.file = file;
        this.lines = lines;
        this.splitter = new LineSplitter(lines);
    }

    /** Passes on all complete lines that came since the last call. */
    void poll() {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (channel.size() < offset) {
                offset = channel.size();
                lines.accept("... (some lines are only in the log)");
            }
            ByteBuffer buffer = ByteBuffer.allocate(CHUNK);
            int count = channel.read(buffer, offset);
            while (count > 0) {
                offset += count;
                take(buffer.array(), count);
                buffer.clear();
                count = channel.read(buffer, offset);
            }
        } catch (IOException e) {
            return; // not there yet; the log has it all anyway
        }
    }

    /** Passes on the rest, also a last line without an end. */
    void finish() {
        poll();
        splitter.end();
    }

    private void take(byte[] bytes, int count) {
        int kept = 0;
        for (int i = 0; i < count; i++) {
            if (bytes[i] != 0) {
                bytes[kept++] = bytes[i];
            }
        }
        splitter.add(bytes, kept);
    }
}
