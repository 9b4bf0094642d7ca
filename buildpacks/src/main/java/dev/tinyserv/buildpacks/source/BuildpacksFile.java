package dev.tinyserv.buildpacks.source;

import dev.tinyserv.buildpacks.base.Refusal;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** The file {@code .buildpacks}: a buildpack a line, in the order in which they build. */
public final class BuildpacksFile {
    /** The file's name. */
    public static final String NAME = ".buildpacks";

    private static final int MAX_BYTES = 16 * 1024;

    private BuildpacksFile() {}

    /**
     * What an app's file names; blank lines and those that begin with {@code #} are skipped.
     *
     * @return none if there is no such file
     * @throws Refusal if it is too large or no text
     */
    public static List<String> read(AppSource source) throws IOException {
        Optional<byte[]> content = source.read(NAME, MAX_BYTES);
        return content.map(bytes -> SourceText.decode(NAME, bytes).lines())
                .orElseGet(java.util.stream.Stream::empty)
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .toList();
    }
}
