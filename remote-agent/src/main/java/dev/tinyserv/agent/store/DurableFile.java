package dev.tinyserv.agent.store;

import dev.tinyserv.buildpacks.source.FileTree;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes files that must survive a loss of power: temporary file, fsync, rename, fsync of the folder. A reader sees the
 * old content or the new, also after a loss of power. A failed fsync is not retried: the write fails. Safe for several
 * threads.
 */
public final class DurableFile {
    /** The beginning of the names of temporary files, which can be deleted while no agent runs. */
    public static final String TEMPORARY_PREFIX = ".tmp-";

    private static final Pattern TEMPORARY = Pattern.compile(Pattern.quote(TEMPORARY_PREFIX) + "([0-9]{1,18})-[0-9]+");

    private static final AtomicLong COUNTER = new AtomicLong();

    private DurableFile() {}

    /**
     * Replaces the file's content durably; the file gets mode 0600.
     *
     * @throws IOException if that fails; if only the folder's fsync failed, the new content is there already
     */
    public static void write(Path file, byte[] content) throws IOException {
        replace(file, content, true);
        sync(folderOf(file));
    }

    /** As {@link #write}, but after a loss of power the file may be empty or gone: for what each start writes anew. */
    public static void replace(Path file, byte[] content) throws IOException {
        replace(file, content, false);
    }

    private static void replace(Path file, byte[] content, boolean durably) throws IOException {
        Path folder = folderOf(file);
        Path temporary =
                folder.resolve(TEMPORARY_PREFIX + ProcessHandle.current().pid() + "-" + COUNTER.incrementAndGet());
        try {
            try (FileChannel channel = FileChannel.open(
                    temporary, Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW), OwnFile.FILE_MODE)) {
                ByteBuffer buffer = ByteBuffer.wrap(content);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
                if (durably) {
                    channel.force(true);
                }
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            Files.deleteIfExists(temporary);
            throw e;
        }
    }

    /** Deletes the file durably, if it is there. */
    public static void delete(Path file) throws IOException {
        try {
            Files.delete(file);
        } catch (NoSuchFileException e) {
            return;
        }
        sync(folderOf(file));
    }

    /**
     * Deletes the temporary files in a folder that ended processes have left; a missing folder counts as empty. Files
     * that bear our own pid are deleted too, so this process must not be writing into the folder.
     *
     * @return the names of all entries that stay
     */
    public static List<String> sweep(Path folder) throws IOException {
        List<String> names = new ArrayList<>();
        try {
            for (Path entry : FileTree.entries(folder, "*")) {
                String name = entry.getFileName().toString();
                if (isLeftOver(name) && Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS)) {
                    Files.deleteIfExists(entry);
                } else {
                    names.add(name);
                }
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            return names;
        }
        return names;
    }

    /** Our own pid in a name was a former process's pid, because this process sweeps before it writes. */
    private static boolean isLeftOver(String file) {
        Matcher name = TEMPORARY.matcher(file);
        if (!name.matches()) {
            return false;
        }
        long writer = Long.parseLong(name.group(1));
        return writer == ProcessHandle.current().pid()
                || ProcessHandle.of(writer).filter(ProcessHandle::isAlive).isEmpty();
    }

    /** Makes a file's content, or a folder's entries, durable by an fsync. */
    public static void sync(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
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
