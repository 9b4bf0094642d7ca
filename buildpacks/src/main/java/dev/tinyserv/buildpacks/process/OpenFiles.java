package dev.tinyserv.buildpacks.process;

import dev.tinyserv.buildpacks.base.Pauses;
import java.io.IOException;

/**
 * Tells want of file descriptors (EMFILE and ENFILE of errno(3)) apart from a file that is not there. Who takes the one
 * for the other takes a process that runs for one that has ended.
 */
public final class OpenFiles {
    private static final int ASKED_AGAIN = 60;

    private OpenFiles() {}

    /** What is asked of a file. */
    public interface Question<T> {
        /** Reads the file. */
        T ask() throws IOException;
    }

    /** Whether this process, or the machine, has no descriptor left. */
    public static boolean ranOut(IOException problem) {
        return String.valueOf(problem.getMessage()).contains("Too many open files");
    }

    /** The answer. Where no descriptor is left it is asked for again each second, for a minute; then the trouble is thrown. */
    public static <T> T ask(Question<T> question) throws IOException {
        for (int again = 0; again < ASKED_AGAIN; again++) {
            try {
                return question.ask();
            } catch (IOException e) {
                if (!ranOut(e)) {
                    throw e;
                }
                Pauses.untilOneIsFree();
            }
        }
        return question.ask();
    }
}
