package dev.tinyserv.agent;

import dev.tinyserv.buildpacks.Refusal;
import dev.tinyserv.buildpacks.process.Command;
import dev.tinyserv.buildpacks.process.CommandFailed;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * {@code tinyserv-remote install}: has tinyserv started at boot, by a systemd unit where systemd runs and we are root,
 * else by an {@code @reboot} line of the user's crontab. Again is harmless: it replaces what it wrote before.
 */
final class Install {
    private static final Path UNIT = Path.of("/etc/systemd/system/tinyserv.service");
    private static final String MARK = "# tinyserv";

    private final Installation installation;
    private final Map<String, String> environment;
    private final PrintStream console;

    Install(Installation installation, Map<String, String> environment, PrintStream console) {
        this.installation = installation;
        this.environment = environment;
        this.console = console;
    }

    int run(List<String> options) {
        boolean dryRun = options.equals(List.of("--dry-run"));
        installation.createFolders();
        boolean root = "root".equals(System.getProperty("user.name"));
        if (root && Files.isDirectory(Path.of("/run/systemd/system"))) {
            installUnit(dryRun);
        } else {
            installCrontab(dryRun);
        }
        return 0;
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
            throw new Refusal("cannot write " + UNIT + ": " + e.getMessage(), e);
        }
        Command.of("systemctl", "daemon-reload").collect();
        Command.of("systemctl", "enable", "tinyserv.service").collect();
        console.println("Installed " + UNIT + "; `systemctl start tinyserv` starts it now, and every boot does");
    }

    /** KillMode=process and Delegate=yes: apps and router outlive the agent, and their groups are ours to make. */
    private String unit() {
        String owner;
        try {
            owner = Files.getOwner(installation.layout().root()).getName();
        } catch (IOException e) {
            throw new Refusal("cannot see who owns " + installation.layout().root() + ": " + e.getMessage(), e);
        }
        StringBuilder variables = new StringBuilder();
        settings()
                .forEach((name, value) -> variables
                        .append("Environment=\"")
                        .append(name)
                        .append('=')
                        .append(value.replace("\\", "\\\\")
                                .replace("\"", "\\\"")
                                .replace("%", "%%"))
                        .append("\"\n"));
        return """
                [Unit]
                Description=tinyserv: deploys with git push
                After=network-online.target
                Wants=network-online.target

                [Service]
                Type=exec
                User=%s
                %sExecStart=%s agent --foreground
                ExecStop=%s shutdown
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
                """.formatted(owner, variables, installation.launcher(), installation.launcher());
    }

    private void installCrontab(boolean dryRun) {
        String variables = settings().entrySet().stream()
                .map(entry -> entry.getKey() + "='"
                        + entry.getValue().replace("'", "'\\''").replace("%", "\\%") + "'")
                .collect(Collectors.joining(" "));
        String line = "@reboot " + variables + " '" + installation.launcher() + "' startup " + MARK;
        if (dryRun) {
            console.println("The crontab would have the line:\n" + line);
            return;
        }
        try {
            String others = Command.of("crontab", "-l").environment(environment).collect().lines().stream()
                    .filter(existing -> !existing.endsWith(MARK) && !existing.startsWith("no crontab for"))
                    .map(existing -> existing + "\n")
                    .collect(Collectors.joining());
            Path file = Files.createTempFile("tinyserv", ".crontab");
            Files.writeString(file, others + line + "\n", StandardCharsets.UTF_8);
            Command.of("crontab", file.toString()).environment(environment).collect();
            Files.delete(file);
            console.println(
                    "The crontab of this user starts tinyserv at boot now; `tinyserv-remote startup` starts it");
        } catch (CommandFailed | IOException e) {
            throw new Refusal(
                    "crontab cannot be used (" + e.getMessage() + "); have your init run: " + variables + " "
                            + installation.launcher() + " startup",
                    e);
        }
    }

    private Map<String, String> settings() {
        Map<String, String> settings = new TreeMap<>(environment);
        settings.keySet().removeIf(name -> !name.startsWith("TINYSERV_"));
        return settings;
    }
}
