package dev.tinyserv.agent.machine;

import dev.tinyserv.agent.store.OwnFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A locked file with the pid of its holder, which {@link LockHolder} finds. The kernel takes the lock back when its holder
 * dies, however it dies, so a stale one heals itself.
 */
public final class PidLock implements AutoCloseable {
    private final Path file;
    private final FileChannel channel;
    private final @Nullable Object identity;

    private PidLock(Path file, FileChannel channel) throws IOException {
        this.file = file;
        this.channel = channel;
        this.identity = identity(file);
    }

    /** Device and inode; without opening the file: whoever closes it loses the lock. */
    private static @Nullable Object identity(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .fileKey();
    }

    /**
     * Takes the lock; empty if another has it.
     *
     * @throws dev.tinyserv.buildpacks.base.Refusal if the file is a link
     */
    public static Optional<PidLock> tryTake(Path file) throws IOException {
        OwnFile.refuseLink(file);
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        if (!isLocked(channel)) {
            channel.close();
            return Optional.empty();
        }
        channel.truncate(0);
        channel.write(
                ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)));
        return Optional.of(new PidLock(file, channel));
    }

    private static boolean isLocked(FileChannel channel) throws IOException {
        try {
            @Nullable FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false; // this process has it
        }
    }

    /** Whether the locked file is still there: nobody has deleted it. */
    public boolean isInPlace() {
        try {
            return Objects.equals(identity(file), identity);
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot unlock " + file, e);
        }
    }
}
