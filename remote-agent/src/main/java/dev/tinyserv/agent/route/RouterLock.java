package dev.tinyserv.agent.route;

import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.agent.store.OwnFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** At most one router serves a root, apart from the moment of a hand-over. The system frees the lock of the dead. */
public final class RouterLock {
    private final Path file;
    private final FileChannel channel;
    private final FileLock lock;

    private RouterLock(Path file, FileChannel channel, FileLock lock) {
        this.file = file;
        this.channel = channel;
        this.lock = lock;
    }

    /** Takes the lock, or returns null if another router has it. */
    static @Nullable RouterLock tryTake(Path file) throws IOException {
        OwnFile.refuseLink(file);
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        @Nullable FileLock lock = null;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        }
        if (lock == null) {
            channel.close();
            return null;
        }
        channel.truncate(0);
        byte[] pid = Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII);
        channel.write(ByteBuffer.wrap(pid));
        return new RouterLock(file, channel, lock);
    }

    /** The process id of the router that serves the root, if one does. */
    public static OptionalLong pid(Layout layout) {
        Path file = layout.routerLock();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            if (channel.tryLock() != null) {
                return OptionalLong.empty();
            }
            return OptionalLong.of(Long.parseLong(holder(file)));
        } catch (IOException | OverlappingFileLockException | NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    /** Who holds the lock, as far as the file tells. */
    static String holder(Path file) {
        try {
            return Files.readString(file, StandardCharsets.US_ASCII).strip();
        } catch (IOException e) {
            return "unknown";
        }
    }

    void release() throws IOException {
        lock.release();
        channel.close();
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
