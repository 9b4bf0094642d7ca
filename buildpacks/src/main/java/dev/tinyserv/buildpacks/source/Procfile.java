package dev.tinyserv.buildpacks.source;

import dev.tinyserv.buildpacks.base.Refusal;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The command of each process type of an app, from the file {@code Procfile}. A line is {@code TYPE: COMMAND}. Blank
 * lines and lines that begin with {@code #} are skipped; any other line is refused.
 *
 * @param commands the command of every type, in the file's order; never empty
 */
public record Procfile(Map<String, String> commands) {
    /** The file's name. */
    public static final String NAME = "Procfile";

    /** The largest file, in bytes. */
    public static final int MAX_BYTES = 64 * 1024;

    public Procfile {
        commands = Collections.unmodifiableMap(new LinkedHashMap<>(commands));
    }

    /**
     * Reads an app's Procfile.
     *
     * @return empty if there is none
     * @throws Refusal if it is no regular file, too large or invalid; names the line and what was expected
     */
    public static Optional<Procfile> read(AppSource source) throws IOException {
        Optional<byte[]> content = source.read(NAME, MAX_BYTES);
        if (content.isEmpty() && source.exists(NAME)) {
            throw new Refusal("Procfile is a link or a folder: make it a plain file with lines such as"
                    + " `web: ./server --port $PORT`");
        }
        return content.map(Procfile::parse);
    }

    /**
     * Reads the content of a Procfile.
     *
     * @throws Refusal if it is invalid; names the line and what was expected
     */
    public static Procfile parse(byte[] content) {
        if (content.length > MAX_BYTES) {
            throw new Refusal("Procfile is " + content.length + " bytes, more than the " + MAX_BYTES
                    + " that it may have: move long commands into a script");
        }
        return new Procfile(new ProcfileParser(SourceText.decode(NAME, content)).parse());
    }
}
