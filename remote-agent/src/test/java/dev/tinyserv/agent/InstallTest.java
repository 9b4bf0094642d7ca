package dev.tinyserv.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.process.Program;
import dev.tinyserv.fixtures.Result;
import dev.tinyserv.fixtures.Shell;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is installed starts a distribution in any folder. */
class InstallTest {
    private static final Pattern UNIT_WORD = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"|(\\S+)");
    private static final Map<String, String> SHELLS = Map.of("PATH", "/usr/bin:/bin");

    @TempDir
    Path base;

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private Path root;
    private Path home;

    @BeforeEach
    void unpack() throws IOException {
        root = Files.createDirectory(base.resolve("ada's 5% \"root\""));
        home = base.resolve("ada's 100% \"$HOME\" b\\s folder");
        Path launcher = Files.createDirectories(home.resolve("bin")).resolve("tinyserv-remote");
        Files.writeString(launcher, "#!/bin/sh\necho \"$* $TINYSERV_ROOT\"\n");
        assertThat(launcher.toFile().setExecutable(true)).isTrue();
    }

    private Install install(String path) {
        return new Install(
                new Installation(home, new Layout(root)),
                Map.of("TINYSERV_ROOT", root.toString(), "PATH", path),
                new PrintStream(said, true, StandardCharsets.UTF_8));
    }

    private static void assumeNoSystemd() {
        assumeFalse(Files.isDirectory(Path.of("/run/systemd/system")), "systemd needs no crontab");
    }

    private Result run(Map<String, String> environment, List<String> command) {
        return new Shell(base, environment, List.of(), base).run(command);
    }

    @Test
    void theLineOfTheCrontabStartsIt() {
        assumeNoSystemd();
        install("/usr/bin:/bin").run(List.of("--dry-run"));

        String line = said.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(each -> each.startsWith("@reboot "))
                .findFirst()
                .orElseThrow();
        assertThat(asCronRunsIt(line).mustSucceed().out()).isEqualTo("startup " + root + "\n");
    }

    /** Of what stands behind the time, crontab(5) ends the command at a percent sign that has no backslash before it. */
    private Result asCronRunsIt(String line) {
        String command =
                line.substring("@reboot ".length()).split("(?<!\\\\)%", 2)[0].replace("\\%", "%");
        return run(SHELLS, List.of("sh", "-c", command));
    }

    @Test
    void theLineForAnotherInitStartsIt() {
        assumeNoSystemd();
        Refusal refusal =
                catchThrowableOfType(Refusal.class, () -> install("/nowhere").run(List.of()));

        Matcher told = Pattern.compile("have your init run: (.*)").matcher(refusal.getMessage());
        assertThat(told.find()).as(refusal.getMessage()).isTrue();
        assertThat(run(SHELLS, List.of("sh", "-c", told.group(1))).mustSucceed().out())
                .isEqualTo("startup " + root + "\n");
    }

    @Test
    void theUnitStartsAndEndsIt() {
        String unit = install("/usr/bin:/bin").unit();

        Map<String, String> environment = Map.of("TINYSERV_ROOT", root.toString());
        assertThat(words(unit, "Environment=")).containsExactly("TINYSERV_ROOT=" + root);
        assertThat(run(environment, command(unit, "ExecStart=")).mustSucceed().out())
                .isEqualTo("agent --foreground " + root + "\n");
        assertThat(run(environment, command(unit, "ExecStop=")).mustSucceed().out())
                .isEqualTo("shutdown " + root + "\n");
    }

    @Test
    void systemdTakesTheUnit() throws IOException {
        assumeTrue(Program.find("systemd-analyze", SHELLS).isPresent(), "needs systemd-analyze");
        Path unit = base.resolve("tinyserv.service");
        Files.writeString(unit, install("/usr/bin:/bin").unit());

        Result verdict = run(SHELLS, List.of("systemd-analyze", "verify", unit.toString()));

        assertThat(verdict.all()).doesNotContain("tinyserv.service");
        assertThat(verdict.exit()).isZero();
    }

    /** In what systemd runs, a dollar sign begins a variable, but not in the first word, the program. */
    private static List<String> command(String unit, String key) {
        List<String> words = words(unit, key);
        return IntStream.range(0, words.size())
                .mapToObj(i -> i == 0 ? words.get(i) : words.get(i).replace("$$", "$"))
                .toList();
    }

    /** The words of a line as systemd.syntax(7) has it; two percent signs stand for one. */
    private static List<String> words(String unit, String key) {
        String line =
                unit.lines().filter(each -> each.startsWith(key)).findFirst().orElseThrow();
        return UNIT_WORD
                .matcher(line.substring(key.length()))
                .results()
                .map(word ->
                        word.group(1) == null ? word.group(2) : word.group(1).replaceAll("\\\\(.)", "$1"))
                .map(word -> word.replace("%%", "%"))
                .toList();
    }
}
