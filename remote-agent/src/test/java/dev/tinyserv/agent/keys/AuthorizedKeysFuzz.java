package dev.tinyserv.agent.keys;

import dev.tinyserv.agent.app.Account.Role;
import dev.tinyserv.agent.fuzz.Property;
import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.base.Refusal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * A file of keys loses no byte, tells why a line does not count, and gives no key more than its options say; the same
 * bytes as somebody's pasted key are one key or a refusal.
 */
public final class AuthorizedKeysFuzz {
    private static final Path FILE = Path.of("authorized_keys");

    private AuthorizedKeysFuzz() {}

    /** Tries one input. */
    public static void fuzzerTestOneInput(byte[] input) {
        asFile(new String(input, StandardCharsets.ISO_8859_1));
        asPasted(new String(input, StandardCharsets.UTF_8));
    }

    private static void asFile(String text) {
        KeysFile file;
        try {
            file = KeysFile.parse(FILE, text);
        } catch (Refusal refusal) {
            Property.oneLine(refusal);
            return;
        }
        Property.equal(text, String.join("", file.lines()));
        file.skipped().values().forEach(Property::oneLine);
        for (AuthorizedKey key : file.keys().values()) {
            Property.equal(key.name(), Printable.escaped(key.name()));
            Property.holds(!file.skipped().containsKey(key.line()), "a line that counts and does not");
            Property.holds(key.role() == Role.DEPLOYER || key.apps().isEmpty(), "an admin with a restriction");
            String written = KeyOptions.written(key.role(), key.apps()).strip();
            KeyOptions read = written.isEmpty() ? KeyOptions.NONE : KeyOptions.parse(written);
            Property.equal(new KeyOptions(key.role(), key.apps()), read);
        }
        List<AuthorizedKey> all = List.copyOf(file.keys().values());
        Property.holds(KeysFile.parse(FILE, file.without(all)).keys().isEmpty(), "a removed key that may log in");
    }

    private static void asPasted(String text) {
        try {
            PastedKey pasted = PastedKey.parse(text, null);
            Property.equal(pasted.name(), Printable.escaped(pasted.name()));
            String line = pasted.key().type() + " " + pasted.key().encoded() + " " + pasted.name();
            String bytes = new String(line.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
            AuthorizedKey stored = KeyLine.parse(bytes, 1).orElseThrow();
            Property.equal(pasted.key().fingerprint(), stored.fingerprint());
            Property.equal(pasted.name(), stored.name());
        } catch (Refusal refusal) {
            Property.oneLine(refusal);
        }
    }
}
