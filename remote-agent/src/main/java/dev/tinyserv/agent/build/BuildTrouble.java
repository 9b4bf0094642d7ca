package dev.tinyserv.agent.build;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.Printable;
import dev.tinyserv.buildpacks.Refusal;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What to tell about a build that the machine or the settings did not let us do. */
final class BuildTrouble {
    private BuildTrouble() {}

    static Refusal refusal(AppName app, IOException e) {
        if (mentions(e, "No space left on device") || mentions(e, "Disk quota exceeded")) {
            return new Refusal(
                    "the server's disk is full: builds/" + app
                            + " could not be written; free some space and push again",
                    e);
        }
        // a write or an fsync that fails is told without its path
        return new Refusal(
                "the build in builds/" + app + " could not be done: "
                        + Printable.shortened(String.valueOf(e.getMessage()), 200) + " ("
                        + e.getClass().getSimpleName() + "); the agent's log has more",
                e);
    }

    /** What failed says how long it ran itself; here comes whose limit that was. */
    static Refusal outOfTime(Refusal failure) {
        return new Refusal(
                failure.getMessage() + ": TINYSERV_BUILD_TIMEOUT on the server is the time for a whole build", failure);
    }

    private static boolean mentions(@Nullable Throwable e, String text) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (String.valueOf(cause.getMessage()).contains(text)) {
                return true;
            }
        }
        return false;
    }
}
