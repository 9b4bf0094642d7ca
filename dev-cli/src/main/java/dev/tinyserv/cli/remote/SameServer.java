package dev.tinyserv.cli.remote;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether two addresses are one server: ssh leads to the same host and port, or the host keys are the same. In
 * doubt they are two.
 */
final class SameServer {
    private final Surroundings surroundings;
    private final SshProgram ssh;
    private final LocalAgent agent;

    SameServer(Surroundings surroundings, Git git) {
        this.surroundings = surroundings;
        this.ssh = SshProgram.chosen(surroundings, git);
        this.agent = new LocalAgent(surroundings);
    }

    /** Whether the addresses are one server. Asks ssh only if they are not equal. */
    boolean is(ServerAddress one, ServerAddress other) {
        if (one.equals(other)) {
            return true;
        }
        if (one.local() && other.local()) {
            return isSameFolder(agent.root(one), agent.root(other));
        }
        SshConfiguration way = one.local() ? null : SshConfiguration.of(one, ssh, surroundings);
        SshConfiguration otherWay = other.local() ? null : SshConfiguration.of(other, ssh, surroundings);
        if (way != null && otherWay != null && way.isSamePlace(otherWay)) {
            return true;
        }
        boolean untold = (!one.local() && way == null) || (!other.local() && otherWay == null);
        return untold ? isWrittenTheSame(one, other) : keys(one, way).areThoseOf(keys(other, otherWay));
    }

    private HostKeys keys(ServerAddress address, @Nullable SshConfiguration way) {
        return way == null ? HostKeys.ofThisMachine(agent.root(address)) : HostKeys.known(way, surroundings);
    }

    private static boolean isWrittenTheSame(ServerAddress one, ServerAddress other) {
        return !one.local()
                && !other.local()
                && one.host().equalsIgnoreCase(other.host())
                && one.port() == other.port();
    }

    /** Whether the roots are one folder. An unknown root counts as the same. */
    private static boolean isSameFolder(@Nullable Path one, @Nullable Path other) {
        return one == null || other == null || real(one).equals(real(other));
    }

    private static Path real(Path folder) {
        try {
            return folder.toRealPath();
        } catch (IOException e) {
            return folder; // that it is not there is told where it is used
        }
    }
}
