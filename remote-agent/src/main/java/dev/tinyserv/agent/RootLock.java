package dev.tinyserv.agent;

import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.agent.store.JsonStore;
import dev.tinyserv.buildpacks.Refusal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The right to be the agent of a root. The kernel takes the lock back when its holder dies, however it dies, so a stale
 * one heals itself; the file's text only names the holder.
 */
final class RootLock implements AutoCloseable {
    private final FileChannel channel;

    private RootLock(FileChannel channel) {
        this.channel = channel;
    }

    /** Takes the lock; a {@link LockHeld} that names the holder if there is one. */
    static RootLock take(Layout layout) {
        Path file = layout.run().resolve("agent.lock");
        try {
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
            @Nullable FileLock lock = channel.tryLock();
            if (lock == null) {
                String holder =
                        Files.readString(file, StandardCharsets.US_ASCII).strip();
                channel.close();
                throw new LockHeld("another agent" + (holder.isEmpty() ? "" : " (pid " + holder + ")") + " holds "
                        + layout.root() + "; `tinyserv-remote status` tells about it");
            }
            channel.truncate(0);
            channel.write(
                    ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)));
            return new RootLock(channel);
        } catch (IOException e) {
            throw new Refusal("cannot lock " + file + ": " + JsonStore.reason(e), e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new Refusal("cannot unlock: " + JsonStore.reason(e), e);
        }
    }
}
