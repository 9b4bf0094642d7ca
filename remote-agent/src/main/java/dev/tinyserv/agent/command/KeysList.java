package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.Account;
import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.Printable;
import dev.tinyserv.agent.keys.AuthorizedKey;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "keys", description = "List the keys that may log in.", footer = "%nExample:%n  tinyserv-remote keys")
final class KeysList extends Verb {
    @Option(names = "--json", description = "Print an array with name, type, fingerprint, role and apps.")
    private boolean json;

    @Override
    void run(Context context) {
        context.account().requireAdmin("see the keys");
        List<AuthorizedKey> keys = context.keys().list();
        context.keys().complaint().ifPresent(complaint -> context.console().problem("no key can log in: " + complaint));
        if (json) {
            context.console().json(keys);
            return;
        }
        if (keys.isEmpty()) {
            context.console().line("No key may log in yet; `tinyserv-remote keys:add NAME < id_ed25519.pub` adds one.");
            return;
        }
        List<List<String>> rows = new ArrayList<>();
        for (AuthorizedKey key : keys) {
            rows.add(List.of(Printable.escaped(key.name()), key.type(), key.fingerprint(), rightsOf(key)));
        }
        context.console().table(rows);
    }

    private static String rightsOf(AuthorizedKey key) {
        if (key.role() == Account.Role.ADMIN) {
            return "admin";
        }
        return "deployer of " + key.apps().stream().map(AppName::value).sorted().collect(Collectors.joining(", "));
    }
}
