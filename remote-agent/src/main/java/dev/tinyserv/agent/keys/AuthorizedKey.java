package dev.tinyserv.agent.keys;

import dev.tinyserv.agent.app.Account;
import dev.tinyserv.agent.app.AppName;
import java.util.Set;

/**
 * A key that may log in.
 *
 * @param name its comment, with control characters escaped; its fingerprint where there is no comment
 * @param type such as {@code ssh-ed25519}
 * @param fingerprint such as {@code SHA256:…}, as {@code ssh-keygen -l} prints it
 * @param line where it stands in the file, from 1
 */
public record AuthorizedKey(
        String name, String type, String fingerprint, Account.Role role, Set<AppName> apps, int line) {
    public AuthorizedKey {
        apps = Set.copyOf(apps);
    }

    /** Who logs in with this key. */
    Account account() {
        return new Account(name, role, apps);
    }
}
