package dev.tinyserv.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tinyserv.fixtures.Pids;
import dev.tinyserv.fixtures.Result;
import dev.tinyserv.fixtures.Sandbox;
import dev.tinyserv.fixtures.Server;
import dev.tinyserv.fixtures.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** {@code tinyserv-remote install}: what is started at boot. Nothing of the machine itself is changed. */
class InstallScenario {
    private static final boolean ROOT = Pids.userOf(ProcessHandle.current().pid()) == 0;

    /** Keeps what it is given in $HOME/crontab, and talks like Debian's. */
    private static final String CRONTAB = """
            #!/bin/sh
            if [ "$1" != -l ]; then
                cat "$1" >"$HOME/crontab"
            elif [ -e "$HOME/crontab" ]; then
                cat "$HOME/crontab"
            else
                echo "no crontab for tester" >&2
                exit 1
            fi
            """;

    /** The server's shell on a machine that is run by systemd, or is not; the machine's own /run stays as it is. */
    private static Shell machine(Server server, boolean systemd) {
        String prepare = "mount -t tmpfs tmpfs /run && " + (systemd ? "mkdir -p /run/systemd/system && " : "");
        List<String> prefix = new ArrayList<>(List.of("unshare", "-m", "sh", "-c", prepare + "exec \"$@\"", "sh"));
        Shell own = server.shell();
        Shell other = new Shell(own.folder(), own.environment(), prefix, own.captures());
        assumeTrue(ROOT && other.run("true").succeeded(), "needs root and a mount namespace");
        return other;
    }

    private static Shell withCrontab(Shell shell, Sandbox sandbox) throws IOException {
        Path programs = Files.createDirectory(sandbox.folder().resolve("programs"));
        Path crontab = Files.writeString(programs.resolve("crontab"), CRONTAB);
        Files.setPosixFilePermissions(crontab, PosixFilePermissions.fromString("rwxr-xr-x"));
        return shell.with("PATH", programs + ":" + shell.environment().get("PATH"));
    }

    private static Result install(Server server, Shell shell, String... options) {
        List<String> line = new ArrayList<>(List.of(server.command().toString(), "install"));
        line.addAll(List.of(options));
        return shell.run(line);
    }

    @Test
    void whereSystemdRunsRootGetsAUnit() {
        try (Server server = new Server(Sandbox.create(), Map.of("TINYSERV_REMOTE", "not@the-servers"))) {
            Result shown = install(server, machine(server, true), "--dry-run").mustSucceed();

            assertThat(shown.all())
                    .contains("/etc/systemd/system/tinyserv.service")
                    .contains("User=root\n")
                    .contains("Environment=\"TINYSERV_ROOT=" + server.root() + "\"\n")
                    .contains("ExecStart=/bin/sh \"" + server.command() + "\" agent --foreground\n")
                    .contains("ExecStop=/bin/sh \"" + server.command() + "\" shutdown\n")
                    .contains("KillMode=process\n")
                    .contains("Delegate=yes\n")
                    .contains("WantedBy=multi-user.target")
                    .doesNotContain("TINYSERV_REMOTE");
            assertThat(Files.exists(server.root().resolve("apps")))
                    .as("a dry run makes nothing")
                    .isFalse();
        }
    }

    @Test
    void theUnitsUserIsTheOwnerOfTheRoot() {
        assumeTrue(ROOT, "only root can be two users");
        Sandbox sandbox = Sandbox.ofNobody();
        try (Server server = new Server(sandbox, Map.of())) {
            assertThat(install(server, machine(server, true), "--dry-run")
                            .mustSucceed()
                            .all())
                    .contains("User=nobody\n");
        }
    }

    @Test
    void elsewhereTheCrontabGetsALine() {
        try (Server server = new Server(Sandbox.create(), Map.of())) {
            Shell shell = ROOT ? machine(server, false) : server.shell();

            Result shown = install(server, shell, "--dry-run").mustSucceed();

            assertThat(shown.all())
                    .containsPattern("(?m)^@reboot .*TINYSERV_ROOT='" + server.root() + "' .*'" + server.command()
                            + "' startup # tinyserv$");
        }
    }

    @Test
    void theLineJoinsTheOthersAndIsThereOnceHoweverOftenItIsInstalled() throws IOException {
        Sandbox sandbox = Sandbox.create();
        try (Server server = new Server(sandbox, Map.of())) {
            Shell shell = withCrontab(ROOT ? machine(server, false) : server.shell(), sandbox);
            Path crontab = sandbox.home().resolve("crontab");

            install(server, shell).mustSucceed();
            assertThat(Files.readAllLines(crontab)).hasSize(1);

            Files.writeString(crontab, "# mine\n5 4 * * * backup\n" + Files.readString(crontab));
            install(server, shell).mustSucceed();
            assertThat(Files.readAllLines(crontab))
                    .hasSize(3)
                    .startsWith("# mine", "5 4 * * * backup")
                    .last()
                    .asString()
                    .startsWith("@reboot ");
        }
    }

    @Test
    void aRootThatIsNotThereIsNotMadeForTheWrongUser() {
        Sandbox sandbox = Sandbox.create();
        try (Server server = new Server(sandbox, Map.of())) {
            Path missing = sandbox.folder().resolve("missing");
            Shell shell = server.shell().with("TINYSERV_ROOT", missing.toString());

            Result refused = install(server, shell, "--dry-run").mustFail();

            assertThat(refused.err()).contains(missing.toString()).contains("create it");
            assertThat(missing).doesNotExist();
        }
    }

    @Test
    void anOptionThatItDoesNotHaveIsWrongUse() {
        try (Server server = new Server(Sandbox.create(), Map.of())) {
            assertThat(install(server, server.shell(), "--force").exit()).isEqualTo(2);
        }
    }
}
