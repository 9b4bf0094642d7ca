package dev.tinyserv.buildpacks.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Identifies one process, also after its pid was given to another: the pid, its start time (field 22 of {@code
 * /proc/PID/stat}, in clock ticks since boot) and the id of its boot.
 */
public record ProcessIdentity(long pid, long startTime, String bootId) implements ProcessEnd.Target {
    private static final String CURRENT_BOOT_ID = readBootId();

    /**
     * The identity of a process that runs now; empty if there is none with that pid or it is a zombie. Where no
     * descriptor is left to look with, this waits for one, for a minute.
     *
     * @throws UncheckedIOException if there was none then, either
     */
    public static Optional<ProcessIdentity> of(long pid) {
        try {
            return OpenFiles.ask(() -> ProcStat.read(pid))
                    .filter(stat -> !stat.isDead())
                    .map(stat -> new ProcessIdentity(pid, stat.startTime(), currentBootId()));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot look at process " + pid, e);
        }
    }

    /**
     * Whether a thread of this process still runs; a zombie does not run. A process counts as running where no descriptor is left to
     * look with.
     */
    public boolean isAlive() {
        try {
            return bootId.equals(currentBootId()) && runs();
        } catch (IOException e) {
            return true;
        }
    }

    private boolean runs() throws IOException {
        return ProcStat.read(pid)
                .filter(stat -> !stat.isDead() && stat.startTime() == startTime)
                .isPresent();
    }

    @Override
    public boolean isGone() {
        return !isAlive();
    }

    @Override
    public void terminate() {
        handle().ifPresent(ProcessHandle::destroy);
    }

    @Override
    public void kill() {
        handle().ifPresent(ProcessHandle::destroyForcibly);
    }

    /** Empty also where it cannot be told whose the pid is by now: a stranger is never signalled. */
    private Optional<ProcessHandle> handle() {
        try {
            boolean ours = bootId.equals(currentBootId()) && OpenFiles.ask(this::runs);
            return ours ? ProcessHandle.of(pid) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The id of the running kernel's boot; it is read once, as this process ends with it. */
    public static String currentBootId() {
        return CURRENT_BOOT_ID;
    }

    private static String readBootId() {
        Path file = Path.of("/proc/sys/kernel/random/boot_id");
        try {
            return Files.readString(file, StandardCharsets.US_ASCII).strip();
        } catch (IOException e) {
            throw new IllegalStateException("cannot read " + file, e);
        }
    }
}
