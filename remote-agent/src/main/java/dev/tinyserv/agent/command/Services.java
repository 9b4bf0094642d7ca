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

/** The services for verbs, by subject. Only an agent has them. */
public record Services(Applications apps, Deploys deploys, Builds builds, Running running, Server server) {
    /** The apps and their desired state. */
    public record Applications(Apps registry, Lifecycle lifecycle, Operator operator, DeployKeys deployKeys) {}

    /** Deploys and releases. */
    public record Deploys(Deployer deployer, Releases releases, GitServices git) {}

    /** Builds and buildpacks. */
    public record Builds(BuildHistory history, Buildpacks buildpacks) {}

    /** Running processes and logs. */
    public record Running(Instances instances, Logs logs) {}

    /**
     * Tinyserv itself and the machine.
     *
     * @param endApps ends every app and lets nobody start one, before a shutdown
     */
    public record Server(
            Supplier<AgentStatus> status, Doctor doctor, DiskCleaning cleaning, Runnable endApps, Clock clock) {}
}
