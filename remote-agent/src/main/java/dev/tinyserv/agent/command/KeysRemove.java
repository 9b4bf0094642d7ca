package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.Printable;
import dev.tinyserv.agent.keys.AuthorizedKey;
import dev.tinyserv.buildpacks.Refusal;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "keys:remove",
        description = "Let a key log in no more, from now on; what runs over its connections ends.",
        footer = "%nExample:%n  tinyserv-remote keys:remove ada%n" + "  tinyserv-remote keys:remove SHA256:Kq3…")
final class KeysRemove extends Verb {
    @Parameters(paramLabel = "NAME", description = "The name, with all its keys, or the fingerprint of one key.")
    private String name = "";

    @Override
    void run(Context context) {
        context.account().requireAdmin("remove keys");
        List<AuthorizedKey> removed = removed(context);
        if (removed.isEmpty()) {
            throw new Refusal("no key has the name or fingerprint '" + Printable.shortened(name, 60)
                    + "'; `keys` lists those there are");
        }
        for (AuthorizedKey key : removed) {
            context.console().line("Removed " + Printable.escaped(key.name()) + " " + key.fingerprint());
        }
    }

    /** Who comes by ssh could never come again to add another key. */
    private List<AuthorizedKey> removed(Context context) {
        return context.call().isLocal()
                ? context.keys().remove(name)
                : context.keys().removeButTheLastAdmin(name);
    }
}
