package dev.tinyserv.buildpacks.buildpack.ruby;

import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.source.SourceText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** The text files of an app that say what Bundler is to do. */
final class RubyFile {
    private static final int MAX_BYTES = 1024 * 1024;

    private RubyFile() {}

    /** The file's text; empty if there is none. Refuses what is no plain file or too large. */
    static String read(Path folder, String name) throws IOException {
        Path file = folder.resolve(name);
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return "";
        }
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new Refusal(name + " is a link or a folder: make it a plain file");
        }
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new Refusal(name + " is more than the " + MAX_BYTES + " bytes that it may have");
            }
            return SourceText.decode(name, bytes);
        }
    }
}
