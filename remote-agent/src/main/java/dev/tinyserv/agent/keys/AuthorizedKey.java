package dev.tinyserv.agent.keys;

import dev.tinyserv.agent.app.Account;
import dev.tinyserv.agent.app.AppName;
import java.util.Set;

/**
 * A key that may log in. Immutable.
 *
 * @param name the key's comment, cut after 200 characters and with control characters escaped; the fingerprint of a key
 *     without a comment
 * @param type the key's type, such as {@code ssh-ed25519}
 * @param fingerprint the key's fingerprint as {@code ssh-keygen -l} prints it: {@code SHA256:…}
 * @param role what the key may do
 * @param apps the apps that a deployer may deploy; empty for an admin
 * @param line the number of the line in the file, from 1
 */
public record AuthorizedKey(
        String name, String type, String fingerprint, Account.Role role, Set<AppName> apps, int line) {
    /** Copies the apps. */
    public AuthorizedKey {
        apps = Set.copyOf(apps);
    }

    /** The account that logs in with this key. */
    Account account() {
        return new Account(name, role, apps);
    }
}
