package dev.tinyserv.agent.command;

import java.time.Instant;

/**
 * The status of the agent.
 *
 * @param routerPid the pid of the router; 0 while the router does not answer
 * @param apps how many apps there are, or how many of them the caller may use
 * @param ready whether every app that should run has been started, or has failed once
 * @param managed whether systemd, rather than our own keeper, restarts the agent
 */
public record AgentStatus(
        long pid,
        String version,
        long routerPid,
        int sshPort,
        int apps,
        Instant startedAt,
        boolean ready,
        boolean managed) {
    /** This status with the number of apps that the caller may use. */
    AgentStatus withApps(int visible) {
        return new AgentStatus(pid, version, routerPid, sshPort, visible, startedAt, ready, managed);
    }
}
