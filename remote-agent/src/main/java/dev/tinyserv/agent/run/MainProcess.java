package dev.tinyserv.agent.run;

import dev.tinyserv.agent.app.ProcessType;
import dev.tinyserv.agent.release.Release;
import dev.tinyserv.buildpacks.Refusal;
import java.util.Objects;

/**
 * The one process that runs of a release: {@code web}, else its only type.
 *
 * @param type its type
 * @param command its command
 */
record MainProcess(ProcessType type, String command) {

    /** Picks it; refuses a release without any, and one with several of which none is web. */
    static MainProcess of(Release release) {
        ProcessType type = ProcessType.main(release.processes().keySet())
                .orElseThrow(() -> new Refusal(release.name() + " of " + release.app()
                        + " has no process to run; add a line 'web: COMMAND' to the Procfile and push"));
        return new MainProcess(type, Objects.requireNonNull(release.processes().get(type)));
    }

    /** The type it has, or would have if there were one. */
    static ProcessType typeIn(Release release) {
        return release.processes().keySet().stream()
                .filter(type -> !type.equals(ProcessType.RELEASE))
                .findFirst()
                .filter(type -> !release.processes().containsKey(ProcessType.WEB))
                .orElse(ProcessType.WEB);
    }

    String name() {
        return type + ".1";
    }

    boolean isWeb() {
        return type.equals(ProcessType.WEB);
    }
}
