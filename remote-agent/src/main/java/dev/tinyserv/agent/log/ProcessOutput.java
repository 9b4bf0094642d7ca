package dev.tinyserv.agent.log;

import dev.tinyserv.agent.app.AppName;
import java.nio.file.Path;
import java.util.List;

/** Gets what processes print into their apps' timelines. Safe for several threads. */
public interface ProcessOutput {
    /**
     * Begins to collect what one process prints, or goes on with it after a restart of the agent.
     *
     * @param app the app whose timeline the output belongs to
     * @param process the process as it stands in {@code app[process]}, such as {@code web.1}
     * @param id unique for this process over all time; safe as a file name
     * @return the raw file that the process appends to; its folder exists, the file need not exist yet
     */
    Path collect(AppName app, String process, String id);

    /**
     * Says that the process has ended. Blocks until all that it printed is in the timeline, then deletes the raw file.
     * An unknown id is ignored.
     */
    void finish(String id);

    /**
     * The last lines that the process has printed so far, oldest first: at most 100, and 64 Ki characters. After
     * {@link #finish} they are kept until 32 other processes have finished.
     */
    List<String> lastLines(String id, int count);
}
