package dev.tinyserv.agent.keys;

import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.base.Refusal;
import java.util.List;
import java.util.Optional;

/** One line of authorized_keys as sshd(8) describes it: options, type, key, comment. */
final class KeyLine {
    private static final int MAX_LENGTH = 16 * 1024;
    private static final int MAX_NAME_LENGTH = 200;

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
        boolean withOptions = !SshPublicKey.TYPES.contains(Words.split(text, 2).get(0));
        List<String> words = Words.split(text, withOptions ? 4 : 3);
        int type = withOptions ? 1 : 0;
        if (words.size() < type + 2) {
            throw new Refusal("it does not look like: ssh-ed25519 AAAA… NAME");
        }
        KeyOptions options = withOptions ? KeyOptions.parse(words.get(0)) : KeyOptions.NONE;
        SshPublicKey key = SshPublicKey.parse(words.get(type), words.get(type + 1));
        String name = words.size() > type + 2
                ? Printable.shortened(Words.decoded(words.get(type + 2)), MAX_NAME_LENGTH)
                : key.fingerprint();
        return Optional.of(
                new AuthorizedKey(name, key.type(), key.fingerprint(), options.role(), options.apps(), number));
    }
}
