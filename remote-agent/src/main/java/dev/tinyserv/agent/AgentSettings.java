package dev.tinyserv.agent;

import dev.tinyserv.agent.build.BuildSettings;
import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.agent.config.ServerSettings;
import dev.tinyserv.agent.config.SettingInUse;
import dev.tinyserv.agent.config.SettingsReader;
import dev.tinyserv.agent.config.SettingsReading;
import dev.tinyserv.agent.deploy.DeploySettings;
import dev.tinyserv.agent.doctor.SettingsView;
import dev.tinyserv.agent.git.GitSettings;
import dev.tinyserv.agent.log.LogSettings;
import dev.tinyserv.agent.route.proxy.RouterSettings;
import dev.tinyserv.agent.ssh.SshSettings;
import dev.tinyserv.buildpacks.base.Refusal;
import java.util.List;
import java.util.Map;

/**
 * The settings of agent and router, a group for each part, in the order of the documents. Each part declares its own
 * group, and is given no other.
 *
 * @param reading all of them as they were read, and what is wrong with them
 */
public record AgentSettings(
        ServerSettings server,
        LogSettings log,
        BuildSettings build,
        DeploySettings deploy,
        RouterSettings router,
        GitSettings git,
        SshSettings ssh,
        SettingsReading reading) {
    /**
     * Reads all settings.
     *
     * @param environment the variables of this process
     * @throws Refusal naming every bad setting, its source and what was expected, a line each
     */
    public static AgentSettings load(Map<String, String> environment) {
        AgentSettings settings = read(environment);
        List<String> problems = settings.reading().problems();
        if (!problems.isEmpty()) {
            throw new Refusal(String.join("\n", problems));
        }
        return settings;
    }

    /**
     * Reads the settings for verbs that must work although one is bad; a bad setting has its default.
     *
     * @throws Refusal if TINYSERV_ROOT is missing or bad
     */
    public static AgentSettings read(Map<String, String> environment) {
        return read(new SettingsReader(environment));
    }

    /** All settings with their defaults, for the documents. */
    public static List<SettingInUse> defaults() {
        return read(SettingsReader.ofDefaults()).reading().settings();
    }

    private static AgentSettings read(SettingsReader reader) {
        ServerSettings server = ServerSettings.read(reader);
        LogSettings log = LogSettings.read(reader);
        BuildSettings build = BuildSettings.read(reader);
        DeploySettings deploy = DeploySettings.read(reader, server, build);
        RouterSettings router = RouterSettings.read(reader, server, deploy.drainTimeout());
        GitSettings git = GitSettings.read(reader);
        SshSettings ssh = SshSettings.read(reader, server);
        return new AgentSettings(server, log, build, deploy, router, git, ssh, reader.end());
    }

    /** Where tinyserv keeps its files. */
    public Layout layout() {
        return server.layout();
    }

    /** The part of the settings that the doctor and the verbs see. */
    public SettingsView view(Map<String, String> environment) {
        return new SettingsView(
                server, log, router, reading, () -> read(environment).reading());
    }
}
