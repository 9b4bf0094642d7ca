package dev.tinyserv.agent.log;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.store.OwnFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How far a raw file was collected, and for whom. The cursor's file is one line:
 * {@code 1 OFFSET CONTINUED APP PROCESS}. It is replaced by rename but not fsynced: after a power cut the raw file's
 * end is as uncertain. All cursors of a process are equally long, so that on a full disk the file can be overwritten in
 * place.
 *
 * @param app the app whose timeline the output belongs to
 * @param process the process's name in the timeline
 * @param offset the bytes of the raw file that are in the timeline
 * @param continued whether the last line was shown before its line feed was there
 */
record Cursor(AppName app, String process, long offset, boolean continued) {
    private static final Pattern FORMAT = Pattern.compile("1 (\\d{18}) ([01]) (\\S+) (\\S+)\n");
    private static final long LARGEST_FILE = 4096;

    /** The cursor in a file; empty if there is no file, or none that makes sense. */
    static Optional<Cursor> read(Path file) throws IOException {
        try {
            if (Files.size(file) > LARGEST_FILE) {
                return Optional.empty();
            }
            return parse(new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private static Optional<Cursor> parse(String text) {
        Matcher fields = FORMAT.matcher(text);
        if (!fields.matches() || !AppName.isValid(fields.group(3))) {
            return Optional.empty();
        }
        return Optional.of(new Cursor(
                new AppName(fields.group(3)),
                fields.group(4),
                Long.parseLong(fields.group(1)),
                fields.group(2).equals("1")));
    }

    /** Replaces the cursor in a file. */
    void write(Path file) throws IOException {
        byte[] text = String.format("1 %018d %d %s %s\n", offset, continued ? 1 : 0, app, process)
                .getBytes(StandardCharsets.UTF_8);
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        try {
            Files.deleteIfExists(temporary);
            write(temporary, text, Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW));
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            write(file, text, Set.of(StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
        }
    }

    private static void write(Path file, byte[] text, Set<? extends OpenOption> how) throws IOException {
        try (FileChannel channel = FileChannel.open(file, how, OwnFile.FILE_MODE)) {
            ByteBuffer buffer = ByteBuffer.wrap(text);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        }
    }
}
