package dev.tinyserv.buildpacks.process;

import java.io.IOException;
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

    /** The identity of a process that runs now; empty if there is none with that pid or it is a zombie. */
    public static Optional<ProcessIdentity> of(long pid) {
        return ProcStat.read(pid)
                .filter(stat -> !stat.isDead())
                .map(stat -> new ProcessIdentity(pid, stat.startTime(), currentBootId()));
    }

    /** Whether this process still runs; a zombie does not. */
    public boolean isAlive() {
        return bootId.equals(currentBootId())
                && ProcStat.read(pid)
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

    private Optional<ProcessHandle> handle() {
        return ProcessHandle.of(pid).filter(handle -> isAlive());
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
