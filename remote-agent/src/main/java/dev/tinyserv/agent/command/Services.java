package dev.tinyserv.agent.command;

import dev.tinyserv.agent.build.BuildHistory;
import dev.tinyserv.agent.build.DeployKeys;
import dev.tinyserv.agent.deploy.Deployer;
import dev.tinyserv.agent.deploy.DiskCleaning;
import dev.tinyserv.agent.deploy.Instances;
import dev.tinyserv.agent.deploy.Lifecycle;
import dev.tinyserv.agent.deploy.Operator;
import dev.tinyserv.agent.doctor.Doctor;
import dev.tinyserv.agent.git.GitServices;
import dev.tinyserv.agent.log.Logs;
import dev.tinyserv.agent.release.Releases;
import dev.tinyserv.agent.store.Apps;
import dev.tinyserv.buildpacks.buildpack.Buildpacks;
import java.time.Clock;
import java.util.function.Supplier;

/**
 * What verbs work with, by subject; it is there in the agent only.
 *
 * @param apps which apps there are, and what they should be
 * @param deploys how an app gets its releases
 * @param builds how releases are built
 * @param running what runs, and what it prints
 * @param server tinyserv itself and its machine
 */
public record Services(Applications apps, Deploys deploys, Builds builds, Running running, Server server) {
    /**
     * Which apps there are, and what they should be.
     *
     * @param registry all apps
     * @param lifecycle makes and destroys them
     * @param operator changes what they should be
     * @param deployKeys the keys with which their builds fetch
     */
    public record Applications(Apps registry, Lifecycle lifecycle, Operator operator, DeployKeys deployKeys) {}

    /**
     * How an app gets its releases.
     *
     * @param deployer makes releases
     * @param releases those there are
     * @param git where they come from
     */
    public record Deploys(Deployer deployer, Releases releases, GitServices git) {}

    /**
     * How releases are built.
     *
     * @param history the last builds
     * @param buildpacks what can build
     */
    public record Builds(BuildHistory history, Buildpacks buildpacks) {}

    /**
     * What runs, and what it prints.
     *
     * @param instances the instances
     * @param logs what they print
     */
    public record Running(Instances instances, Logs logs) {}

    /**
     * Tinyserv itself and its machine.
     *
     * @param status how the agent is
     * @param doctor examines the machine
     * @param cleaning frees space on the disk
     * @param endApps ends every app and lets nobody start one, before a shutdown
     * @param clock what time it is
     */
    public record Server(
            Supplier<AgentStatus> status, Doctor doctor, DiskCleaning cleaning, Runnable endApps, Clock clock) {}
}
