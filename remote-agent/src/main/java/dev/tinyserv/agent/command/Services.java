package dev.tinyserv.agent.command;

import dev.tinyserv.agent.build.BuildHistory;
import dev.tinyserv.agent.build.DeployKeys;
import dev.tinyserv.agent.deploy.Deployer;
import dev.tinyserv.agent.deploy.DiskCleaning;
import dev.tinyserv.agent.deploy.Lifecycle;
import dev.tinyserv.agent.deploy.Operator;
import dev.tinyserv.agent.doctor.Doctor;
import dev.tinyserv.agent.git.GitReceiver;
import dev.tinyserv.agent.log.Logs;
import dev.tinyserv.agent.release.Releases;
import dev.tinyserv.agent.run.Supervisor;
import dev.tinyserv.agent.store.Apps;
import dev.tinyserv.buildpacks.buildpack.Buildpacks;
import java.time.Clock;
import java.util.function.Supplier;

/** What verbs about apps work with; it is there in the agent only. */
public record Services(
        Apps apps,
        Releases releases,
        Deployer deployer,
        Operator operator,
        Lifecycle lifecycle,
        DiskCleaning cleaning,
        GitReceiver git,
        Buildpacks buildpacks,
        BuildHistory builds,
        DeployKeys deployKeys,
        Supervisor supervisor,
        Logs logs,
        Supplier<AgentStatus> status,
        Doctor doctor,
        Clock clock) {}
