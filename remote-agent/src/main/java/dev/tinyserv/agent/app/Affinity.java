package dev.tinyserv.agent.app;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Which of its several instances gets a request of an app. */
public enum Affinity {
    /** The one with the fewest requests in flight. */
    NONE,
    /** The one that served the client before, which a cookie names; a new client as with {@link #NONE}. */
    COOKIE;

    /** The affinity with this name; {@link #NONE} for none, and for one that only a later version knows. */
    public static Affinity named(@Nullable String name) {
        return COOKIE.toString().equals(name) ? COOKIE : NONE;
    }

    /** The name in files; null for {@link #NONE}, which is left out. */
    public @Nullable String key() {
        return this == NONE ? null : toString();
    }

    /** The name, as users write it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
