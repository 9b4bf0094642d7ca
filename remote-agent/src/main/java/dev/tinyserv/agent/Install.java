package dev.tinyserv.agent;

import dev.tinyserv.agent.config.SettingInUse;
import dev.tinyserv.agent.store.JsonStore;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.base.ShellWord;
import dev.tinyserv.buildpacks.process.Command;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * {@code tinyserv-remote install}: has tinyserv started at boot, by a systemd unit if systemd runs and the user is
 * root, else by an {@code @reboot} line of the user's crontab. A second install replaces what the first one wrote.
 */
record Install(Installation installation, Map<String, String> environment, PrintStream console) {
    private static final Path UNIT = Path.of("/etc/systemd/system/tinyserv.service");
    private static final String MARK = "# tinyserv";
    private static final String CRONTAB = "TINYSERV_CRONTAB";

    int run(List<String> options) {
        boolean dryRun = options.equals(List.of("--dry-run"));
        requireRootFolder();
        boolean root = "root".equals(System.getProperty("user.name"));
        if (root && Files.isDirectory(Path.of("/run/systemd/system"))) {
            installUnit(dryRun);
        } else {
            installCrontab(dryRun);
        }
        return 0;
    }

    /** The root folder is not created here: it would belong to root, and tinyserv would run as root for good. */
    private void requireRootFolder() {
        Path folder = installation.layout().root();
        if (!Files.isDirectory(folder)) {
            throw new Refusal("TINYSERV_ROOT=" + folder + " is not there; create it and give it to the user that"
                    + " tinyserv is to run as");
        }
    }

    private void installUnit(boolean dryRun) {
        String unit = unit();
        if (dryRun) {
            console.println(UNIT + " would be:\n" + unit);
            return;
        }
        try {
            Files.writeString(UNIT, unit, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new Refusal("cannot write " + UNIT + ": " + JsonStore.reason(e), e);
        }
        Command.of("systemctl", "daemon-reload").environment(environment).collect();
        Command.of("systemctl", "enable", "tinyserv.service")
                .environment(environment)
                .collect();
        console.println("Installed " + UNIT + "; `systemctl start tinyserv` starts it now, and every boot does");
    }

    /**
     * The unit: with KillMode=process apps and router outlive the agent, with Delegate=yes it may make cgroups. A shell
     * runs the launcher, because systemd takes no program whose path has quotes or backslashes.
     */
    String unit() {
        String owner;
        try {
            owner = Files.getOwner(installation.layout().root()).getName();
        } catch (IOException e) {
            throw new Refusal("cannot see who owns " + installation.layout().root() + ": " + JsonStore.reason(e), e);
        }
        StringBuilder variables = new StringBuilder();
        settings()
                .forEach((name, value) -> variables
                        .append("Environment=")
                        .append(unitWord(name + "=" + value))
                        .append('\n'));
        String launcher = argument(installation.launcher().toString());
        return """
                [Unit]
                Description=tinyserv: deploys with git push
                After=network-online.target
                Wants=network-online.target

                [Service]
                Type=exec
                User=%s
                %sExecStart=/bin/sh %s agent --foreground
                ExecStop=/bin/sh %s shutdown
                Restart=on-failure
                RestartSec=100ms
                SuccessExitStatus=143
                RestartPreventExitStatus=2 75
                KillMode=process
                Delegate=yes
                TimeoutStopSec=120
                LimitNOFILE=65536

                [Install]
                WantedBy=multi-user.target
                """.formatted(owner, variables, launcher, launcher);
    }

    /** A word of a unit's line, see systemd.syntax(7): quoted, and with two percent signs for one. */
    private static String unitWord(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("%", "%%") + '"';
    }

    /** An argument of what a unit runs, see systemd.service(5): two dollar signs stand for one. */
    private static String argument(String text) {
        return unitWord(text.replace("$", "$$"));
    }

    /** The command that starts tinyserv, with its settings in front, for a shell. */
    private String startup() {
        String variables = settings().entrySet().stream()
                .map(entry -> entry.getKey() + "=" + ShellWord.quoted(entry.getValue()) + " ")
                .collect(Collectors.joining());
        return variables + ShellWord.quoted(installation.launcher().toString()) + " startup";
    }

    private void installCrontab(boolean dryRun) {
        // cron gives the line to a shell, and a bare percent sign ends it, see crontab(5)
        String line = "@reboot " + startup().replace("%", "\\%") + " " + MARK;
        if (dryRun) {
            console.println("The crontab would have the line:\n" + line);
            return;
        }
        try {
            String others = currentCrontab().stream()
                    .filter(existing -> !existing.endsWith(MARK))
                    .map(existing -> existing + "\n")
                    .collect(Collectors.joining());
            Map<String, String> withCrontab = new TreeMap<>(environment);
            withCrontab.put(CRONTAB, others + line + "\n");
            // In a variable, not in a temporary file: builds can write where temporary files lie.
            Command.of("sh", "-c", "printf %s \"$" + CRONTAB + "\" | crontab -")
                    .called("crontab")
                    .environment(withCrontab)
                    .collect();
            console.println(
                    "The crontab of this user starts tinyserv at boot now; `tinyserv-remote startup` starts it");
        } catch (Refusal e) {
            throw new Refusal("crontab cannot be used (" + e.getMessage() + "); have your init run: " + startup(), e);
        }
    }

    /** The lines of the user's crontab; none if there is no crontab, which crontab tells with exit status 1. */
    private List<String> currentCrontab() {
        Command.Output shown = Command.of("crontab", "-l")
                .environment(environment)
                .allowing(Set.of(0, 1))
                .collect();
        if (shown.exitCode() == 0) {
            return shown.lines();
        }
        if (shown.text().startsWith("no crontab for")) {
            return List.of();
        }
        throw new Refusal("crontab -l: " + shown.text());
    }

    /** The server's settings in the environment; other variables that begin with TINYSERV_ are not the server's. */
    private Map<String, String> settings() {
        Map<String, String> settings = new TreeMap<>(environment);
        settings.keySet()
                .retainAll(AgentSettings.defaults().stream()
                        .map(SettingInUse::name)
                        .toList());
        return settings;
    }
}
