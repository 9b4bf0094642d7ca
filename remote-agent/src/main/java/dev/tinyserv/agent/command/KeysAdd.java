package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.Account;
import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.keys.AuthorizedKey;
import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.source.SourceText;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

final class KeysAdd extends Verb {
    static final VerbDeclaration VERB = VerbDeclaration.changesServer(
                    "keys:add",
                    "Let a key log in; the key is read from the input",
                    "Let a key log in; the public key is read from stdin.")
            .forAdmins("add keys")
            .agent(AgentUse.NOT_NEEDED)
            .withInput()
            .example(
                    "tinyserv-remote keys:add ada < id_ed25519.pub",
                    "tinyserv-remote keys:add ci --role deployer --apps shop,blog < ci.pub");

    private static final int LIMIT_BYTES = 16 * 1024;

    @Parameters(paramLabel = "NAME", arity = "0..1", description = "The key's name; by default its comment.")
    private @Nullable String name;

    @Option(names = "--role", paramLabel = "ROLE", description = "admin (the default) or deployer.")
    private String role = "admin";

    @Option(names = "--apps", split = ",", paramLabel = "A,B", description = "The apps that a deployer may use.")
    private List<String> apps = new ArrayList<>();

    @Override
    Answer answer(Context context) {
        Account.Role asked = roleOf();
        Set<AppName> named = apps.stream().map(AppName::new).collect(Collectors.toSet());
        AuthorizedKey added = context.keys().add(readKey(context), asked, named, name);
        int ofThisName = (int) context.keys().list().stream()
                .filter(key -> key.name().equals(added.name()))
                .count();
        return new Added(added, apps, ofThisName, context.keys().complaint());
    }

    /**
     * A key that may log in now.
     *
     * @param apps the apps of a deployer, as they were named
     * @param ofThisName how many keys have its name
     * @param complaint why no key can log in nevertheless
     */
    private record Added(AuthorizedKey key, List<String> apps, int ofThisName, Optional<String> complaint)
            implements Facts {
        @Override
        public Object data() {
            return key;
        }

        @Override
        public Text text(Instant now) {
            Text text = new Text()
                    .line("Added " + Printable.escaped(key.name()) + " " + key.fingerprint()
                            + (key.role() == Account.Role.ADMIN
                                    ? " as admin"
                                    : " as deployer of " + String.join(", ", apps))
                            + (ofThisName < 2 ? "" : "; " + ofThisName + " keys have this name"));
            complaint.ifPresent(why -> text.problem("no key can log in: " + why));
            return text;
        }
    }

    private Account.Role roleOf() {
        if (role.equals("admin")) {
            if (!apps.isEmpty()) {
                throw Refusal.usage("--apps restricts a deployer; add --role deployer");
            }
            return Account.Role.ADMIN;
        }
        if (!role.equals("deployer")) {
            throw Refusal.usage("--role takes admin or deployer");
        }
        if (apps.isEmpty()) {
            throw Refusal.usage("a deployer needs --apps with the names of apps");
        }
        return Account.Role.DEPLOYER;
    }

    private static String readKey(Context context) {
        try {
            byte[] text = context.in().readNBytes(LIMIT_BYTES + 1);
            if (text.length > LIMIT_BYTES) {
                throw new Refusal("what came on stdin is larger than any public key; pass the .pub file");
            }
            return SourceText.decode("the key on stdin", text);
        } catch (IOException e) {
            throw new Refusal("the key on stdin could not be read", e);
        }
    }
}
