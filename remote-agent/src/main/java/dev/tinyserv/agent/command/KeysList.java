package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.Account;
import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.keys.AuthorizedKey;
import dev.tinyserv.buildpacks.base.Printable;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

final class KeysList extends Verb {
    static final VerbDeclaration VERB = VerbDeclaration.readsServer(
                    "keys", "List the keys that may log in", "List the keys that may log in.")
            .forAdmins("see the keys")
            .agent(AgentUse.NOT_NEEDED)
            .json("Print an array with name, type, fingerprint, role, apps and line.")
            .example("tinyserv-remote keys");

    @Override
    Answer answer(Context context) {
        List<AuthorizedKey> keys = context.keys().list();
        return new KeyList(keys, context.keys().complaint());
    }

    /** Keys that may log in, and why none can nevertheless. */
    private record KeyList(List<AuthorizedKey> keys, Optional<String> complaint) implements Facts {
        @Override
        public Object data() {
            return keys;
        }

        @Override
        public List<String> warnings() {
            return complaint.map(why -> "no key can log in: " + why).stream().toList();
        }

        @Override
        public Text text(Instant now) {
            if (keys.isEmpty()) {
                return new Text()
                        .line("No key may log in yet; `tinyserv-remote keys:add NAME < id_ed25519.pub` adds one.");
            }
            return new Text()
                    .table(keys.stream()
                            .map(key -> List.of(
                                    Printable.escaped(key.name()), key.type(), key.fingerprint(), rightsOf(key)))
                            .toList());
        }

        private static String rightsOf(AuthorizedKey key) {
            if (key.role() == Account.Role.ADMIN) {
                return "admin";
            }
            return "deployer of "
                    + key.apps().stream().map(AppName::value).sorted().collect(Collectors.joining(", "));
        }
    }
}
