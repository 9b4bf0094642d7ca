package dev.tinyserv.scenario.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Http;
import dev.tinyserv.fixtures.Shell;
import dev.tinyserv.fixtures.fault.Canary;
import dev.tinyserv.fixtures.fault.Requirements;
import dev.tinyserv.scenario.Stage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Two hundred paths that name no app's repository, as arguments of git's two commands: out of the folder
 * (CVE-2026-48827 in sshd-git, CVE-2025-22130 in Soft Serve), into a shell (CVE-2026-45408 in Dokku, CVE-2013-4490 in
 * GitLab), or an option of another program (CVE-2024-39930 in Gogs). A name is looked up and a path never resolved, so
 * each is answered with one line, and nothing is read or made.
 */
@Tag("thorough")
class RepositoryPathAttackScenario {
    private static final List<String> COMMANDS = List.of("git-upload-pack", "git-receive-pack");
    private static final int LEAST_PATHS = 200;

    @AutoClose
    private static final Stage STAGE = Stage.start();

    private static App victim;
    private static Canary canary;

    @BeforeAll
    static void thereIsSomethingToGet() throws IOException {
        victim = STAGE.probe();
        canary = Canary.in(STAGE.sandbox().folder().resolve("canary"));
        // a repository that is no app's, outside of the root: what a resolved path would open
        STAGE.developer().git("init", "-q", "--bare", outside().toString()).mustSucceed();
    }

    private static Path outside() {
        return STAGE.sandbox().folder().resolve("outside.git");
    }

    private static List<String> paths() {
        String name = victim.name();
        Path root = STAGE.server().root();
        List<String> targets = List.of(
                name,
                outside().toString(),
                root + "/repositories/" + name,
                canary.file().toString());
        List<String> ways = List.of(
                "../%s",
                "/../%s",
                "x/../%s",
                "./%s",
                "/./%s",
                "../../../../../../../../%s",
                "..%%2f%s",
                "%%2e%%2e/%s",
                "%%2e%%2e%%2f%%2e%%2e%%2f%s",
                "%%252e%%252e%%252f%s",
                "..\\%s",
                "..\\..\\%s",
                "\\\\server\\%s",
                "C:\\%s",
                "..%%c0%%af%s",
                "\uFF0E\uFF0E/%s",
                "..\u2215%s",
                "....//%s",
                "..;/%s",
                "~/%s",
                "~root/%s",
                "%s/../%s",
                "%s/.git",
                "%s/HEAD",
                "%s/..",
                "%s.git.git",
                "%s/objects/info/alternates",
                "-%s",
                "--upload-pack=%s",
                "-oProxyCommand=%s",
                "$(cat %s)",
                "`cat %s`",
                ";cat %s",
                "a|%s",
                "a&&%s",
                "a>%s",
                "\"%s\"",
                "%s\u0001",
                "%s\u001b[2J",
                "%s\u200b",
                "\u202e%s",
                "%s\uFEFF",
                "%s%%00",
                "file://%s",
                "ssh://localhost/%s",
                "ext::cat %s");
        Set<String> paths = new TreeSet<>();
        ways.forEach(way ->
                targets.forEach(target -> paths.add(way.replace("%s", target).replace("%%", "%"))));
        paths.addAll(List.of("", "/", "//", ".", "..", "/.", "/..", "~", "*", "?", "[a-z]*", "{a,b}", "con", "nul"));
        paths.addAll(List.of("a".repeat(31), "a".repeat(255), "a".repeat(8000), "../".repeat(2000) + "etc", "A", "1a"));
        paths.addAll(List.of(name + " ", " " + name, name + "\t", name + "'", name + "\\", "a_b", "\u0430pp", "a.b"));
        return List.copyOf(paths);
    }

    private static Set<String> underRoot() {
        try (Stream<Path> all = Files.list(STAGE.server().root().resolve("repositories"))) {
            return all.map(Path::toString).collect(Collectors.toCollection(TreeSet::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }

    @Test
    void eachOfTwoHundredPathsIsRefusedInOneLine() throws IOException {
        assumeThat(Requirements.unmet("ssh")).isEmpty();
        List<String> paths = paths();
        assertThat(paths).hasSizeGreaterThanOrEqualTo(LEAST_PATHS);
        Set<String> before = underRoot();
        boolean readsShow = canary.showsReads();
        Shell shell = STAGE.developer().in(STAGE.developer().newFolder("paths")).shell();

        StringBuilder script = new StringBuilder("ssh=\"$GIT_SSH_COMMAND -p "
                + STAGE.sandbox().ports().ssh() + " -o ControlPath=$PWD/c\"\n"
                + "$ssh -o ControlMaster=yes -o ControlPersist=30 tester@127.0.0.1 apps >/dev/null </dev/null\n");
        List<String> asked = new ArrayList<>();
        for (String command : COMMANDS) {
            script.append("{\n");
            for (String path : paths) {
                script.append("$ssh tester@127.0.0.1 ")
                        .append(quoted(command + " " + quoted(path)))
                        .append(" </dev/null >")
                        .append(asked.size())
                        .append(".out 2>")
                        .append(asked.size())
                        .append(".err; echo $? >")
                        .append(asked.size())
                        .append(".exit\n");
                asked.add(command + " " + path);
            }
            script.append("} &\n");
        }
        script.append("wait\n$ssh -O exit tester@127.0.0.1 2>/dev/null\nexit 0\n");
        Path file = Files.writeString(shell.folder().resolve("ask.sh"), script, StandardCharsets.UTF_8);
        shell.run("sh", file.toString()).mustSucceed();

        for (int i = 0; i < asked.size(); i++) {
            assertRefused(asked.get(i), shell.folder(), i);
        }
        assertThat(underRoot()).isEqualTo(before);
        assertThat(readsShow ? canary.touched() : "").isEmpty();
        assertThat(Http.text(victim.port(), "/")).isEqualTo("v2\n");
    }

    private static void assertRefused(String asked, Path folder, int number) throws IOException {
        String shown = asked.length() > 200 ? asked.substring(0, 200) : asked;
        String err = Files.readString(folder.resolve(number + ".err"), StandardCharsets.UTF_8);
        assertThat(folder.resolve(number + ".exit")).as(shown).content().isNotEqualTo("0\n");
        assertThat(folder.resolve(number + ".out")).as(shown).isEmptyFile();
        assertThat(err.strip().lines().count()).as("%s: %s", shown, err).isEqualTo(1);
        assertThat(err.strip())
                .as(shown)
                .doesNotContain("Exception", Canary.SECRET, "root:x")
                .matches("(?:\\t|[^\\p{Cntrl}\\x{80}-\\x{9f}\\x{202e}]){1,1000}");
    }
}
