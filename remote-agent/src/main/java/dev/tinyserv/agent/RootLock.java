package dev.tinyserv.agent;

import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.agent.store.JsonStore;
import dev.tinyserv.agent.store.OwnFile;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.process.ProcessIdentity;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The right to be the agent of a root. The kernel takes the lock back when its holder dies, however it dies, so a stale
 * one heals itself; the file's text only names the holder.
 */
final class RootLock implements AutoCloseable {
    private static final int LOOKS = 100;
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final Pattern PID = Pattern.compile("[1-9][0-9]{0,9}");

    private final Path file;
    private final FileChannel channel;
    private final @Nullable Object identity;

    private RootLock(Path file, FileChannel channel) throws IOException {
        this.file = file;
        this.channel = channel;
        this.identity = identity(file);
    }

    /** Device and inode; without opening the file: whoever closes it loses the lock. */
    private static @Nullable Object identity(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .fileKey();
    }

    /** Whether the locked file is still the root's: nobody has deleted it. */
    boolean isInPlace() {
        try {
            return Objects.equals(identity(file), identity);
        } catch (IOException e) {
            return false;
        }
    }

    /** Takes the lock; a {@link LockHeld} that names the holder if there is one. */
    static RootLock take(Layout layout) {
        return take(layout, () -> LockSupport.parkNanos(POLL_NANOS));
    }

    static RootLock take(Layout layout, Runnable pause) {
        Path file = layout.agentLock();
        try {
            OwnFile.refuseLink(file);
            FileChannel channel = FileChannel.open(
                    file,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.CREATE,
                    LinkOption.NOFOLLOW_LINKS);
            @Nullable FileLock lock = channel.tryLock();
            if (lock == null) {
                String holder = holder(file, pause);
                channel.close();
                throw new LockHeld("another agent" + (holder.isEmpty() ? "" : " (pid " + holder + ")") + " holds "
                        + layout.root() + "; `tinyserv-remote status` tells about it");
            }
            channel.truncate(0);
            channel.write(
                    ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)));
            return new RootLock(file, channel);
        } catch (IOException e) {
            throw new Refusal("cannot lock " + file + ": " + JsonStore.reason(e), e);
        }
    }

    /**
     * The pid in the file. Its holder writes it just after it has the lock, so for a moment it is missing, or that of
     * one that died; empty if it stays so.
     */
    private static String holder(Path file, Runnable pause) throws IOException {
        for (int look = 0; look < LOOKS; look++) {
            String text = Files.readString(file, StandardCharsets.US_ASCII).strip();
            boolean lives = PID.matcher(text).matches()
                    && ProcessIdentity.of(Long.parseLong(text)).isPresent();
            if (lives) {
                return text;
            }
            pause.run();
        }
        return "";
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
