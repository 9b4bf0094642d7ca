package dev.tinyserv.agent.keys;

import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.base.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A public key that somebody hands in.
 *
 * @param key the key
 * @param name the key's name: the wanted one, else the comment, else the fingerprint
 */
record PastedKey(SshPublicKey key, String name) {
    private static final int MAX_BYTES = 16 * 1024;
    private static final int MAX_NAME_LENGTH = 60;
    private static final String EXPECTED =
            "expected one line as it stands in ~/.ssh/id_ed25519.pub, for example:" + " ssh-ed25519 AAAAC3… ada@laptop";

    /** Parses a text. Throws a {@link Refusal} if the text is not exactly one good public key. */
    static PastedKey parse(String text, @Nullable String wantedName) {
        if (text.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            throw new Refusal("the text is longer than " + MAX_BYTES + " bytes; " + EXPECTED);
        }
        refusePrivate(text);
        List<String> lines =
                text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
        if (lines.isEmpty()) {
            throw new Refusal("there is no key in it; " + EXPECTED);
        }
        if (lines.get(0).startsWith("---- BEGIN SSH2 PUBLIC KEY")) {
            throw new Refusal("this is a public key in another format; convert it with: ssh-keygen -i -f FILE");
        }
        if (lines.size() > 1) {
            throw new Refusal("there are " + lines.size() + " lines in it; add one key at a time");
        }
        return of(lines.get(0), wantedName);
    }

    private static PastedKey of(String line, @Nullable String wantedName) {
        List<String> words = Words.split(line, 3);
        if (words.size() < 2
                || !(SshPublicKey.TYPES.contains(words.get(0)) || words.get(1).startsWith("AAAA"))) {
            throw new Refusal("this is no public key; " + EXPECTED);
        }
        SshPublicKey key;
        try {
            key = SshPublicKey.parse(words.get(0), words.get(1));
        } catch (Refusal e) {
            throw new Refusal("the key was not added: " + e.getMessage(), e);
        }
        if (wantedName != null) {
            return new PastedKey(key, checkedName(wantedName));
        }
        return new PastedKey(key, words.size() > 2 ? checkedName(words.get(2)) : key.fingerprint());
    }

    private static void refusePrivate(String text) {
        if (text.contains("PRIVATE KEY-----") || text.contains("PuTTY-User-Key-File")) {
            throw new Refusal("this is a PRIVATE key; it was not stored, but whoever saw it on the way can use it:"
                    + " make a new pair, and add the file that ends in .pub");
        }
    }

    private static String checkedName(String name) {
        String text = name.strip();
        boolean printable = text.codePoints().noneMatch(PastedKey::isNotPrintable)
                && Printable.escaped(text).equals(text);
        if (text.isEmpty() || text.length() > MAX_NAME_LENGTH || !printable || text.startsWith("SHA256:")) {
            throw new Refusal("'" + Printable.shortened(text, MAX_NAME_LENGTH) + "' cannot be the name of a key; give"
                    + " it one of 1 to " + MAX_NAME_LENGTH + " printable characters without quotes");
        }
        return text;
    }

    private static boolean isNotPrintable(int c) {
        int type = Character.getType(c);
        return c == '"'
                || c == '\''
                || c == '`'
                || c == '\\'
                || c == 0xfffd
                || type == Character.CONTROL
                || type == Character.FORMAT
                || type == Character.SURROGATE
                || type == Character.UNASSIGNED
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR;
    }
}
