package dev.tinyserv.agent.command;

import dev.tinyserv.agent.keys.AuthorizedKey;
import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.base.Refusal;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Parameters;

final class KeysRemove extends Verb {
    static final VerbDeclaration VERB = VerbDeclaration.changesServer(
                    "keys:remove",
                    "Shut a key out",
                    "Keep a key from logging in, and end what runs over its connections.")
            .forAdmins("remove keys")
            .agent(AgentUse.NOT_NEEDED)
            .example("tinyserv-remote keys:remove ada", "tinyserv-remote keys:remove SHA256:Kq3…");

    @Parameters(paramLabel = "NAME", description = "The name, with all its keys, or the fingerprint of one key.")
    private String name = "";

    @Override
    Answer answer(Context context) {
        List<AuthorizedKey> removed = removed(context);
        if (removed.isEmpty()) {
            throw new Refusal("no key has the name or fingerprint '" + Printable.shortened(name, 60)
                    + "'; `keys` lists those there are");
        }
        return new Removed(removed);
    }

    /** Keys that log in no more. */
    private record Removed(List<AuthorizedKey> keys) implements Facts {
        @Override
        public Object data() {
            return keys;
        }

        @Override
        public Text text(Instant now) {
            Text text = new Text();
            for (AuthorizedKey key : keys) {
                text.line("Removed " + Printable.escaped(key.name()) + " " + key.fingerprint());
            }
            return text;
        }
    }

    /** Removes keys. By ssh the last admin key stays, because nobody could log in to add another. */
    private List<AuthorizedKey> removed(Context context) {
        return context.call().isLocal()
                ? context.keys().remove(name)
                : context.keys().removeButTheLastAdmin(name);
    }
}
