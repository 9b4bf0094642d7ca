package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.Printable;
import dev.tinyserv.buildpacks.Refusal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "keys:remove",
        description = "Let a key log in no more, from now on.",
        footer = "%nExample:%n  tinyserv-remote keys:remove ada")
final class KeysRemove extends Verb {
    @Parameters(paramLabel = "NAME", description = "The key's name or fingerprint.")
    private String name = "";

    @Override
    void run(Context context) {
        context.account().requireAdmin("remove keys");
        int removed = context.keys().remove(name);
        if (removed == 0) {
            throw new Refusal("no key has the name or fingerprint '" + Printable.shortened(name, 60)
                    + "'; `keys` lists those there are");
        }
        context.console().line("Removed " + Printable.escaped(name));
    }
}
