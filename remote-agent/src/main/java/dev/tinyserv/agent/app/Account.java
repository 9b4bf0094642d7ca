package dev.tinyserv.agent.app;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.base.Refusal;
import java.util.Set;

/**
 * Somebody who calls a verb or pushes, with what they may do.
 *
 * @param name the comment of the key that signed, or the user of this machine
 * @param role what the account may do
 * @param apps the apps that a deployer is restricted to; without meaning for an admin
 */
public record Account(String name, Role role, Set<AppName> apps) {
    /** What an account may do. */
    public enum Role {
        /** Everything. */
        @JsonProperty("admin")
        ADMIN,
        /** Deploy, configure and look at the apps named; not create, destroy or touch keys. */
        @JsonProperty("deployer")
        DEPLOYER
    }

    public Account {
        apps = Set.copyOf(apps);
    }

    /** An account that may do everything. */
    public static Account admin(String name) {
        return new Account(name, Role.ADMIN, Set.of());
    }

    /** Whether the account may use the app: the one place that decides it. */
    public boolean mayUse(AppName app) {
        return role == Role.ADMIN || apps.contains(app);
    }

    /** Whether the account may do all that the other one may. */
    public boolean mayAllOf(Account other) {
        return role == Role.ADMIN || (other.role == Role.DEPLOYER && apps.containsAll(other.apps));
    }

    /** Refuses the app in the words of one that does not exist, so that names of others' apps do not leak. */
    public void requireUseOf(AppName app) {
        if (!mayUse(app)) {
            throw new Refusal("no app '" + app + "' that the key '" + Printable.escaped(name)
                    + "' may use; `apps` lists" + " those it may");
        }
    }

    /** Refuses unless the account is an admin's. */
    public void requireAdmin(String what) {
        if (role != Role.ADMIN) {
            throw new Refusal(
                    "the key '" + Printable.escaped(name) + "' is a deployer's and may not " + what + "; ask an admin");
        }
    }
}
