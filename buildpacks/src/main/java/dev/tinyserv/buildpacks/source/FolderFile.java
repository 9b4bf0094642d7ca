package dev.tinyserv.buildpacks.source;

import dev.tinyserv.buildpacks.base.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/** Files of an app whose source has been written to a folder. */
public final class FolderFile {
    private FolderFile() {}

    /**
     * The content of a regular file.
     *
     * @param name the file's name in it, for messages too
     * @param limit the most bytes that it may have
     * @return empty if there is no such entry, or it is no regular file (links are not followed)
     * @throws Refusal if the file is larger
     */
    public static Optional<byte[]> read(Path folder, String name, int limit) throws IOException {
        Path file = folder.resolve(name);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            byte[] content = in.readNBytes(limit + 1);
            if (content.length > limit) {
                throw new Refusal(name + " is more than the " + limit + " bytes that it may have");
            }
            return Optional.of(content);
        }
    }

    /** As {@link #read}, decoded as UTF-8 in any case; empty if there is no such file. */
    public static String text(Path folder, String name, int limit) throws IOException {
        return new String(read(folder, name, limit).orElse(new byte[0]), StandardCharsets.UTF_8);
    }

    /**
     * The text of a file; empty if there is none.
     *
     * @throws Refusal if it is no regular file, larger than the limit, or no UTF-8
     */
    public static String plain(Path folder, String name, int limit) throws IOException {
        Optional<byte[]> content = read(folder, name, limit);
        if (content.isEmpty() && Files.exists(folder.resolve(name), LinkOption.NOFOLLOW_LINKS)) {
            throw new Refusal(name + " is a link or a folder: make it a plain file");
        }
        return content.map(bytes -> SourceText.decode(name, bytes)).orElse("");
    }

    /** Whether there is such a regular file; a link is none. */
    public static boolean exists(Path folder, String name) {
        return Files.isRegularFile(folder.resolve(name), LinkOption.NOFOLLOW_LINKS);
    }
}
