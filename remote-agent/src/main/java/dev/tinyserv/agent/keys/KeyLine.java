package dev.tinyserv.agent.keys;

import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.base.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One line of authorized_keys as sshd(8) describes it: options, type, key, comment. */
final class KeyLine {
    private static final int MAX_LENGTH = 16 * 1024;
    private static final int MAX_NAME_LENGTH = 200;
    private static final int OPTIONS = 0;
    private static final int TYPE = 1;
    private static final int KEY = 2;
    private static final int NAME = 3;

    private KeyLine() {}

    /**
     * The key that stands in the line, or nothing for a blank line or a comment.
     *
     * @param line the line, one char for each byte; white space at its ends has no meaning
     * @param number the line's number, from 1
     * @throws Refusal if the line must not count, with a reason that fits behind "because"
     */
    static Optional<AuthorizedKey> parse(String line, int number) {
        String text = line.strip();
        if (text.isEmpty() || text.startsWith("#")) {
            return Optional.empty();
        }
        if (text.length() > MAX_LENGTH) {
            throw new Refusal("it is longer than " + MAX_LENGTH + " bytes");
        }
        List<String> words = words(text);
        if (words.size() <= KEY) {
            throw new Refusal("it does not look like: ssh-ed25519 AAAA… NAME");
        }
        KeyOptions options = words.get(OPTIONS).isEmpty() ? KeyOptions.NONE : KeyOptions.parse(words.get(OPTIONS));
        SshPublicKey key = SshPublicKey.parse(words.get(TYPE), words.get(KEY));
        String name = words.size() > NAME
                ? Printable.shortened(Words.decoded(words.get(NAME)), MAX_NAME_LENGTH)
                : key.fingerprint();
        return Optional.of(
                new AuthorizedKey(name, key.type(), key.fingerprint(), options.role(), options.apps(), number));
    }

    /** The key in base64 that stands in a line which {@link #parse} has understood. */
    static String encodedKey(String line) {
        return words(line.strip()).get(KEY);
    }

    /** Options, type, key and comment; a line without options has an empty word in their place. */
    private static List<String> words(String text) {
        boolean withOptions = !SshPublicKey.TYPES.contains(Words.split(text, 2).get(0));
        List<String> words = new ArrayList<>(withOptions ? List.of() : List.of(""));
        words.addAll(Words.split(text, withOptions ? 4 : 3));
        return words;
    }
}
