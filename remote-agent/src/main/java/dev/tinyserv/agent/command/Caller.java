package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.Account;
import dev.tinyserv.agent.app.AppName;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The account that makes one call, and the apps that the call is about. When the account loses rights, only calls that
 * exceed the new ones have to end. Safe for several threads.
 */
public final class Caller {
    private final Account account;
    private final Set<AppName> used = ConcurrentHashMap.newKeySet();

    /** A caller whose call is about no app yet. */
    public Caller(Account account) {
        this.account = account;
    }

    /** The account when the call began. */
    public Account account() {
        return account;
    }

    /** As {@link Account#requireUseOf}; the call is about that app from now on. */
    public void requireUseOf(AppName app) {
        account.requireUseOf(app);
        used.add(app);
    }

    /**
     * Whether the call exceeds what the account may do now: it is about an app that the account may not use any more. A
     * call of an admin, or about no app, needs all rights that the account had.
     */
    public boolean exceeds(Account now) {
        if (account.role() == Account.Role.ADMIN || used.isEmpty()) {
            return !now.mayAllOf(account);
        }
        return !used.stream().allMatch(now::mayUse);
    }
}
