package dev.tinyserv.agent.build;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.store.DiskTrouble;
import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.base.Refusal;
import java.io.IOException;
import java.nio.file.Path;

/** What to tell about a build that the machine or the settings did not let us do. */
final class BuildTrouble {
    private BuildTrouble() {}

    /**
     * A refusal with the path.
     *
     * @param slugs where the build wrote, for a write or an fsync that fails without its path
     */
    static Refusal refusal(AppName app, Path slugs, IOException e) {
        String told = DiskTrouble.told(e, slugs)
                .orElseGet(() -> Printable.shortened(String.valueOf(e.getMessage()), 200) + " ("
                        + e.getClass().getSimpleName() + "); the agent's log has more");
        return new Refusal("the build in builds/" + app + " could not be done: " + told, e);
    }

    /** What failed says how long it ran itself; here comes whose limit that was. */
    static Refusal outOfTime(Refusal failure) {
        return new Refusal(
                failure.getMessage() + ": TINYSERV_BUILD_TIMEOUT on the server is the time for a whole build", failure);
    }
}
