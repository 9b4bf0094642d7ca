package dev.tinyserv.agent.app;

import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.base.Refusal;
import java.util.Collection;
import java.util.Set;

/** The variables that tinyserv itself sets for an app's processes and builds: nobody can set them as config vars. */
public final class ReservedVars {
    private static final String OURS = "TINYSERV_";
    private static final Set<String> NAMES =
            Set.of("PORT", "DYNO", "HEROKU_APP_NAME", "HEROKU_RELEASE_VERSION", "HEROKU_SLUG_COMMIT");

    private ReservedVars() {}

    /** Whether the variable is reserved. */
    public static boolean contains(String name) {
        return NAMES.contains(name) || name.startsWith(OURS);
    }

    /** Throws a {@link Refusal} if one of the names is reserved. Old releases keep theirs. */
    public static void refuse(Collection<String> names) {
        names.stream().filter(ReservedVars::contains).findFirst().ifPresent(name -> {
            String why = name.equals("PORT")
                    ? "tinyserv gives each web process a PORT of its own, on which it has to listen, and the router has"
                            + " the app's port"
                    : "tinyserv sets it for each process";
            throw new Refusal(
                    Printable.shortened(name, 60) + " cannot be set: " + why + "; leave it out, or take another name");
        });
    }
}
