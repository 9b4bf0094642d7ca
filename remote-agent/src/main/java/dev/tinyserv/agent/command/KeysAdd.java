package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.Account;
import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.Printable;
import dev.tinyserv.agent.keys.AuthorizedKey;
import dev.tinyserv.buildpacks.Refusal;
import dev.tinyserv.buildpacks.source.SourceText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "keys:add",
        description = "Let a key log in; the public key is read from stdin.",
        footer = "%nExample:%n  tinyserv-remote keys:add ada < id_ed25519.pub%n"
                + "  tinyserv-remote keys:add ci --role deployer --apps shop,blog < ci.pub")
final class KeysAdd extends Verb {
    private static final int LIMIT_BYTES = 16 * 1024;

    @Parameters(paramLabel = "NAME", arity = "0..1", description = "The key's name; by default its comment.")
    private @Nullable String name;

    @Option(names = "--role", paramLabel = "ROLE", description = "admin (the default) or deployer.")
    private String role = "admin";

    @Option(names = "--apps", split = ",", paramLabel = "A,B", description = "The apps that a deployer may use.")
    private List<String> apps = new ArrayList<>();

    @Override
    void run(Context context) {
        context.account().requireAdmin("add keys");
        Account.Role asked = roleOf();
        Set<AppName> named = apps.stream().map(AppName::new).collect(Collectors.toSet());
        AuthorizedKey added = context.keys().add(readKey(context), asked, named, name);
        context.console()
                .line("Added " + Printable.escaped(added.name()) + " " + added.fingerprint()
                        + (asked == Account.Role.ADMIN ? " as admin" : " as deployer of " + String.join(", ", apps))
                        + others(context, added));
        context.keys().complaint().ifPresent(complaint -> context.console().problem("no key can log in: " + complaint));
    }

    private static String others(Context context, AuthorizedKey added) {
        long keys = context.keys().list().stream()
                .filter(key -> key.name().equals(added.name()))
                .count();
        return keys < 2 ? "" : "; " + keys + " keys have this name";
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
