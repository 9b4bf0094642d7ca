package dev.tinyserv.buildpacks.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The fields of {@code /proc/PID/stat} that we need; see proc(5). */
record ProcStat(long pid, char state, long parent, long session, int threads, long startTime) {

    /**
     * Reads it; empty if there is no such process.
     *
     * @throws IOException if no descriptor is left to look with
     */
    static Optional<ProcStat> read(long pid) throws IOException {
        try {
            String text = Files.readString(Path.of("/proc", Long.toString(pid), "stat"), StandardCharsets.ISO_8859_1);
            return Optional.of(parse(pid, text));
        } catch (IOException e) {
            if (OpenFiles.ranOut(e)) {
                throw e;
            }
            return Optional.empty();
        }
    }

    /** The name in parentheses may itself hold parentheses and blanks, so what counts begins behind the last one. */
    static ProcStat parse(long pid, String text) {
        String[] fields = text.substring(text.lastIndexOf(')') + 2).strip().split(" ", -1);
        return new ProcStat(
                pid,
                fields[0].charAt(0),
                Long.parseLong(fields[1]),
                Long.parseLong(fields[3]),
                Integer.parseInt(fields[17]),
                Long.parseLong(fields[19]));
    }

    /**
     * Whether the process has ended. The state is that of its first thread only: while others run, or are still ending
     * after a SIGKILL, the process keeps its ports, files and locks.
     */
    boolean isDead() {
        return (state == 'Z' || state == 'X') && threads <= 1;
    }
}
