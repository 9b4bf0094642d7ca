package dev.tinyserv.buildpacks.process;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** A signal that people send to a process, by its name. */
public enum Signal {
    HUP,
    INT,
    QUIT,
    KILL,
    USR1,
    USR2,
    ALRM,
    TERM,
    CONT,
    TTIN,
    TTOU,
    WINCH;

    private static final Set<Integer> ANY_STATUS = Set.of(0, 1, 2);
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final String PREFIX = "SIG";

    /** The signal of a name such as {@code USR2}, {@code usr2} or {@code SIGUSR2}; empty for any other text. */
    public static Optional<Signal> of(String text) {
        String name = text.toUpperCase(Locale.ROOT);
        String bare = name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name;
        return List.of(values()).stream()
                .filter(signal -> signal.name().equals(bare))
                .findFirst();
    }

    /**
     * Sends it to a process, if that still runs. Java itself only has TERM and KILL.
     *
     * @return whether the process got it
     */
    public boolean sendTo(ProcessIdentity process) {
        return process.isAlive()
                && Command.of("/bin/sh", "-c", "kill -s \"$1\" \"$2\"", "sh", name(), Long.toString(process.pid()))
                                .called("kill")
                                .within(LIMIT)
                                .allowing(ANY_STATUS)
                                .run(line -> {})
                        == 0;
    }
}
