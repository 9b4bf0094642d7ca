package dev.tinyserv.buildpacks.buildpack.python;

import dev.tinyserv.buildpacks.source.SourceText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/** The text files of an app. Links are not followed, and what is too large is not read. */
final class AppText {
    private AppText() {}

    /** The file's text; empty if there is none, or it has more bytes. */
    static Optional<String> read(Path file, int maxBytes) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            byte[] bytes = in.readNBytes(maxBytes + 1);
            return bytes.length > maxBytes ? Optional.empty() : Optional.of(SourceText.lookedInto(bytes));
        }
    }
}
