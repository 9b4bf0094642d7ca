package dev.tinyserv.scenario.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.tinyserv.fixtures.Result;
import dev.tinyserv.fixtures.Shell;
import dev.tinyserv.fixtures.fault.Requirements;
import dev.tinyserv.scenario.SharedStage;
import dev.tinyserv.scenario.Stage;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What ssh-audit says of the SSH port; Terrapin (CVE-2023-48795) is one of the things that it looks for. */
@ExtendWith(SharedStage.class)
class SshAuditScenario {
    /** What remains, and why, stands in docs/security.md under "SSH". */
    private static final List<String> EXPLAINED = List.of(
            "(kex) mlkem768x25519-sha256 ",
            "(kex) sntrup761x25519-sha512 ",
            "(kex) sntrup761x25519-sha512@openssh.com ",
            "(kex) kex-strict-s-v00@openssh.com ");

    private static final Pattern FINDING = Pattern.compile("\\[(fail|warn)]");

    private final Stage stage;

    SshAuditScenario(Stage stage) {
        this.stage = stage;
    }

    @Test
    void findsNothingThatTheReadmeDoesNotExplain() {
        assumeThat(Requirements.unmet("ssh-audit")).isEmpty();

        Result audit = shell().run(
                        "ssh-audit",
                        "-n",
                        "-p",
                        Integer.toString(stage.sandbox().ports().ssh()),
                        "127.0.0.1");

        assertThat(audit.out()).contains("(gen) banner", "(kex)", "(key)", "(enc)", "(mac)");
        assertThat(audit.out().lines().filter(line -> FINDING.matcher(line).find()))
                .allMatch(line -> EXPLAINED.stream().anyMatch(line::startsWith));
    }

    private Shell shell() {
        return stage.developer().shell().with("PATH", "/usr/local/bin:/usr/bin:/bin:/usr/sbin");
    }
}
