package dev.tinyserv.agent.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writes files that a promise rests on: temporary file, fsync, rename, fsync of the folder. A reader sees the old
 * content or the new, also after power was lost; an fsync that fails is not retried: the write fails.
 */
public final class DurableFile {
    /** What the names of unfinished files begin with; they can be deleted while no agent runs. */
    public static final String TEMPORARY_PREFIX = ".tmp-";

    private static final AtomicLong COUNTER = new AtomicLong();

    private DurableFile() {}

    /** Replaces the file's content; the file gets mode 0600. */
    public static void write(Path file, byte[] content) throws IOException {
        Path folder = folderOf(file);
        Path temporary =
                folder.resolve(TEMPORARY_PREFIX + ProcessHandle.current().pid() + "-" + COUNTER.incrementAndGet());
        try {
            try (FileChannel channel = FileChannel.open(
                    temporary,
                    Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
                ByteBuffer buffer = ByteBuffer.wrap(content);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
                channel.force(true);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            Files.deleteIfExists(temporary);
            throw e;
        }
        sync(folder);
    }

    /** Deletes the file if it is there, for good. */
    public static void delete(Path file) throws IOException {
        try {
            Files.delete(file);
        } catch (NoSuchFileException e) {
            return;
        }
        sync(folderOf(file));
    }

    /** Makes the folder's entries durable. */
    public static void sync(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static Path folderOf(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null) {
            throw new IllegalArgumentException(file + " has no folder");
        }
        return folder;
    }
}
