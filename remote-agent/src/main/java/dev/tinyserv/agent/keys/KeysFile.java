package dev.tinyserv.agent.keys;

import dev.tinyserv.agent.store.JsonStore;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.source.SourceText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The content of an authorized_keys file.
 *
 * @param lines the lines as they stand in the file, one char for each byte, each with its end; the last may have none
 * @param keys the keys that may log in, by fingerprint, in the order of the lines; if a key stands in several lines,
 *     the first line counts, as it does for sshd
 * @param skipped the reasons why lines do not count, by the lines' numbers from 1
 * @param repeated the numbers, from 1, of the lines that hold the key of an earlier line
 */
record KeysFile(
        List<String> lines, Map<String, AuthorizedKey> keys, Map<Integer, String> skipped, List<Integer> repeated) {
    /** The byte order mark of UTF-8, in a text of one char for each byte. */
    private static final String MARK = "\u00ef\u00bb\u00bf";

    static final int MAX_BYTES = 1024 * 1024;
    static final int MAX_KEYS = 10_000;

    /** The content where there is no file. */
    static KeysFile empty() {
        return new KeysFile(List.of(), Map.of(), Map.of(), List.of());
    }

    /**
     * Reads the file. A missing file is an empty one.
     *
     * @throws Refusal if the file cannot be read, is too large, or is not in UTF-8
     */
    static KeysFile read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            Optional<String> other = SourceText.otherEncoding(bytes);
            if (other.isPresent()) {
                throw new Refusal(file + " is " + other.get() + "; save it as UTF-8");
            }
            return parse(file, new String(bytes, StandardCharsets.ISO_8859_1));
        } catch (NoSuchFileException e) {
            return empty();
        } catch (IOException e) {
            throw new Refusal(file + " cannot be read (" + JsonStore.reason(e) + "); check its owner and mode", e);
        }
    }

    /** Parses a text of one char for each byte. Throws a {@link Refusal} if it is too large; the file is only named. */
    static KeysFile parse(Path file, String text) {
        if (text.length() > MAX_BYTES) {
            throw new Refusal(file + " is larger than " + MAX_BYTES + " bytes; remove keys that nobody uses");
        }
        List<String> lines = linesOf(text);
        Map<String, AuthorizedKey> keys = new LinkedHashMap<>();
        Map<Integer, String> skipped = new TreeMap<>();
        List<Integer> repeated = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            try {
                Optional<AuthorizedKey> key = key(lines, i);
                if (key.isPresent() && keys.putIfAbsent(key.get().fingerprint(), key.get()) != null) {
                    repeated.add(i + 1);
                }
            } catch (Refusal reason) {
                skipped.put(i + 1, reason.getMessage());
            }
        }
        if (keys.size() > MAX_KEYS) {
            throw new Refusal(file + " has more than " + MAX_KEYS + " keys; remove those that nobody uses");
        }
        return new KeysFile(lines, keys, skipped, repeated);
    }

    /** How many bits the modulus of a key of RSA in this file has. */
    int rsaBits(AuthorizedKey key) {
        return SshPublicKey.rsaBits(KeyLine.encodedKey(line(lines, key.line() - 1)));
    }

    /** The text of the file with this line at its end. */
    String with(String line) {
        String text = String.join("", lines);
        return text + (text.isEmpty() || text.endsWith("\n") ? "" : "\n") + line + "\n";
    }

    /** The text of the file without each line that holds one of the keys, repeated ones too. */
    String without(List<AuthorizedKey> removed) {
        Set<String> gone = removed.stream().map(AuthorizedKey::fingerprint).collect(Collectors.toSet());
        StringBuilder kept = new StringBuilder();
        for (int i = 0; i < lines.size(); i++) {
            if (skipped.containsKey(i + 1)
                    || key(lines, i)
                            .filter(key -> gone.contains(key.fingerprint()))
                            .isEmpty()) {
                kept.append(lines.get(i));
            }
        }
        return kept.toString();
    }

    private static Optional<AuthorizedKey> key(List<String> lines, int index) {
        return KeyLine.parse(line(lines, index), index + 1);
    }

    /** The line without a byte order mark. */
    private static String line(List<String> lines, int index) {
        String line = lines.get(index);
        boolean marked = index == 0 && line.startsWith(MARK);
        return marked ? line.substring(MARK.length()) : line;
    }

    private static List<String> linesOf(String text) {
        List<String> lines = new ArrayList<>();
        for (int start = 0; start < text.length(); ) {
            int end = text.indexOf('\n', start);
            int next = end < 0 ? text.length() : end + 1;
            lines.add(text.substring(start, next));
            start = next;
        }
        return lines;
    }
}
