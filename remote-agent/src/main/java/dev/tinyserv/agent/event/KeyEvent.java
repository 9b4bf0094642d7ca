package dev.tinyserv.agent.event;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.buildpacks.base.Printable;
import org.jspecify.annotations.Nullable;

/** What happens to the keys that log in, whoever changed their file. Concerns no app. */
public sealed interface KeyEvent extends Event {
    @Override
    default @Nullable AppName app() {
        return null;
    }

    @Override
    default String part() {
        return "keys";
    }

    /** The key's name. */
    String name();

    /** The key's fingerprint. */
    String fingerprint();

    /**
     * A key may log in.
     *
     * @param admin whether it is an admin's
     */
    record Added(String name, String fingerprint, boolean admin) implements KeyEvent {
        @Override
        public String text() {
            return "key " + Printable.escaped(name) + " " + fingerprint + " was added as "
                    + (admin ? "an admin's" : "a deployer's");
        }
    }

    /** A key may log in no more. */
    record Removed(String name, String fingerprint) implements KeyEvent {
        @Override
        public String text() {
            return "key " + Printable.escaped(name) + " " + fingerprint + " was removed";
        }
    }
}
