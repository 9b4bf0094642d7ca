package dev.tinyserv.agent.log;

import dev.tinyserv.agent.app.AppName;
import java.nio.file.Path;
import java.util.List;

/** Where processes write what they print, and how it gets into their app's timeline. */
public interface ProcessOutput {
    /**
     * Begins, or after a restart of the agent goes on, to collect what one process prints.
     *
     * @param app the app whose timeline it belongs to
     * @param process the process as it stands in {@code app[process]}, such as {@code web.1}
     * @param id unique for this process over all time; safe as a file name
     * @return the raw file that the process appends to; it need not exist yet, its folder does
     */
    Path collect(AppName app, String process, String id);

    /** Says that the process is gone: blocks until all it printed is in the timeline, and deletes the raw file. */
    void finish(String id);

    /** The last lines that the process printed so far, oldest first, also shortly after {@link #finish}. */
    List<String> lastLines(String id, int count);
}
