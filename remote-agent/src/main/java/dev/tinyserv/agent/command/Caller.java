package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.Account;
import dev.tinyserv.agent.app.AppName;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who makes one call, and which apps it has turned out to be about: when the caller may do less than before, only calls
 * that it could not make any more have to end. Safe for use by several threads.
 */
public final class Caller {
    private final Account account;
    private final Set<AppName> used = ConcurrentHashMap.newKeySet();

    /** A caller whose call is about nothing yet. */
    public Caller(Account account) {
        this.account = account;
    }

    /** What the caller might do when the call began. */
    public Account account() {
        return account;
    }

    /** As {@link Account#requireUseOf}; the call is about that app from now on. */
    public void requireUseOf(AppName app) {
        account.requireUseOf(app);
        used.add(app);
    }

    /**
     * Whether the call goes beyond what the account may do now: it is about an app that the account may not use any more,
     * or was an admin's; one that is about no app in particular needs all that the account had.
     */
    public boolean exceeds(Account now) {
        if (account.role() == Account.Role.ADMIN || used.isEmpty()) {
            return !now.mayAllOf(account);
        }
        return !used.stream().allMatch(now::mayUse);
    }
}
