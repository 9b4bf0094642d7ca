package dev.tinyserv.scenario.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Result;
import dev.tinyserv.fixtures.fault.Canary;
import dev.tinyserv.fixtures.fault.FaultRun;
import dev.tinyserv.scenario.SharedStage;
import dev.tinyserv.scenario.Stage;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Links, hard links and devices in a push, and such as a build makes: nothing outside the build is read or written. */
@ExtendWith(SharedStage.class)
class Fault18LinksScenario {
    private final Stage stage;

    Fault18LinksScenario(Stage stage) {
        this.stage = stage;
    }

    /** What each script begins with: {@code raw MODE|NAME|ID...} makes a tree that git itself would not make. */
    private static final String PREAMBLE = """
            set -e
            raw() {
                python3 -c '
            import sys
            for entry in sys.argv[1:]:
                mode, name, id = entry.split("|")
                sys.stdout.buffer.write(mode.encode() + b" " + name.encode() + b"\\0" + bytes.fromhex(id))
            ' "$@" | git hash-object -t tree --literally -w --stdin
            }
            blob() { printf "$1" | git hash-object -w --stdin; }
            proc=$(git rev-parse HEAD:Procfile) server=$(git rev-parse HEAD:server.js)
            app="100644|Procfile|$proc 100644|server.js|$server"
            commit() { git update-ref refs/heads/main $(git commit-tree -m hostile -p base $1); }
            tree() { commit $(raw "$@"); }
            """;

    /** Scripts by what they push. */
    private static Map<String, String> pushed(Canary canary) {
        String file = canary.file().toString();
        String folder = canary.folder().toString();
        Map<String, String> layouts = new LinkedHashMap<>();
        layouts.put("a link to a file outside", link("out", file));
        layouts.put("a link to a folder outside", link("out", folder));
        layouts.put("a link up and out", link("up", "../../../releases"));
        layouts.put("a link out of a folder below", "mkdir -p a/b; ln -s ../../../x a/b/up;" + ADD);
        layouts.put("a link out through a folder", "mkdir a; touch a/f; ln -s a/../../x up;" + ADD);
        layouts.put("a chain that leads out", "ln -s b a; ln -s ../.. b;" + ADD);
        layouts.put("a link to itself", link("self", "self"));
        layouts.put("two links to each other", "ln -s b a; ln -s a b;" + ADD);
        layouts.put("a link to nothing", link("nothing", "no/such/file"));
        layouts.put("node_modules is a link", link("node_modules", folder));
        layouts.put("package.json is a link", link("package.json", file));
        layouts.put("package-lock.json is a link", link("package-lock.json", file));
        layouts.put("package.json never ends", link("package.json", "/dev/zero"));
        layouts.put("app.json is a link", link("app.json", file));
        layouts.put("Procfile is a link", "rm Procfile;" + link("Procfile", file));
        layouts.put(
                "Procfile is a link to the agent's environment",
                "rm Procfile;" + link("Procfile", "/proc/self/environ"));
        layouts.put("Procfile is a folder", "rm Procfile; mkdir Procfile; touch Procfile/web;" + ADD);
        layouts.put("server.js is a link", "rm server.js;" + link("server.js", file));
        layouts.put(".gitmodules is a link", "tree \"120000|.gitmodules|$(blob '%s')\" $app".formatted(file));
        layouts.put("a link of 5,000 bytes", "tree $app \"120000|x|$(blob $(printf 'a/%.0s' $(seq 2500)))\"");
        layouts.put("a link to no name", "tree $app \"120000|x|$(blob '')\"");
        layouts.put("a link with a NUL", "tree $app \"120000|x|$(blob 'a\\\\0/etc')\"");
        layouts.put("a link and a folder of one name", """
                inner=$(raw "100644|secret|$(blob evil)")
                tree $app "120000|x|$(blob '%s')" "40000|x|$inner"
                """.formatted(folder));
        layouts.put("a link and a folder that differ by case", """
                inner=$(raw "100644|secret|$(blob evil)")
                tree "120000|DATA|$(blob '%s')" $app "40000|data|$inner"
                """.formatted(folder));
        layouts.put(".git is a link", "tree \"120000|.git|$(blob '%s')\" $app".formatted(folder));
        layouts.put("a name that leads up", "tree \"100644|../x|$(blob evil)\" $app");
        layouts.put("a name that begins at the root", "tree \"100644|%s|$(blob evil)\" $app".formatted(file));
        layouts.put("a folder '..'", "tree \"40000|..|$(raw \"100644|x|$(blob evil)\")\" $app");
        layouts.put("a name with a slash", "tree $app \"100644|x/../../y|$(blob evil)\"");
        layouts.put("a character device", "tree $app \"20000|x|$(blob evil)\"");
        layouts.put("a block device", "tree $app \"60000|x|$(blob evil)\"");
        layouts.put("a pipe", "tree $app \"10000|x|$(blob evil)\"");
        layouts.put("a socket", "tree $app \"140000|x|$(blob evil)\"");
        layouts.put("a setuid program", "tree $app \"104755|x|$(blob evil)\"");
        layouts.put("a submodule in the Procfile's place", "tree \"160000|Procfile|$(git rev-parse HEAD)\"");
        return layouts;
    }

    private static final String ADD = " git add -A; git commit -q -m hostile";

    private static String link(String name, String target) {
        return "ln -s " + target + " " + name + ";" + ADD;
    }

    /** What a build does to its folder, before the agent makes a slug of it. */
    private static Map<String, String> built(Canary canary) {
        Map<String, String> layouts = new LinkedHashMap<>();
        layouts.put("a hard link to a file outside", "ln " + canary.file() + " hard");
        layouts.put("a link to a folder outside", "ln -s " + canary.folder() + " out");
        layouts.put(
                "node_modules replaced by a link", "rm -rf node_modules; ln -s " + canary.folder() + " node_modules");
        layouts.put("a pipe", "mkfifo pipe");
        layouts.put("a device", "mknod device c 1 5 || mkfifo device");
        layouts.put("the Procfile replaced by a pipe", "rm Procfile; mkfifo Procfile");
        layouts.put("a folder that nobody may enter", "mkdir locked; touch locked/x; chmod 0 locked");
        return layouts;
    }

    @Test
    void nothingOutsideTheBuildIsReadOrWritten() {
        Canary canary = Canary.in(stage.sandbox().folder().resolve("outside"));
        assumeThat(canary.showsReads()).as("a file system with access times").isTrue();
        App app = stage.developer().sample("probe", stage.newName("links")).deploy();
        app.developer().git("branch", "base").mustSucceed();
        FaultRun run = FaultRun.of(18, "layout of links and devices in a push");

        pushed(canary).forEach((what, script) -> {
            app.developer().shell().script(PREAMBLE + script).mustSucceed();
            check(what, app.developer().git("push", "--force", "tinyserv", "main"), canary);
            reset(app);
            run.injected();
        });

        run.finish(30, 0);
        assertThat(app.developer().ssh("apps").mustSucceed().out()).contains(app.name());
    }

    @Test
    void nothingOutsideIsReadOrWrittenForWhatABuildLeaves() {
        Canary canary = Canary.in(stage.sandbox().folder().resolve("outside-builds"));
        assumeThat(canary.showsReads()).as("a file system with access times").isTrue();
        App app =
                stage.developer().sample("node-hello", stage.newName("builds")).deploy();
        FaultRun run = FaultRun.of(18, "layout of links and devices that a build makes");

        built(canary).forEach((what, script) -> {
            app.write("package.json", """
                            {"name": "x", "version": "1.0.0",
                             "scripts": {"start": "node server.js", "build": "%s"}}
                            """.formatted(script)).commit(what);
            check(what, app.push(), canary);
            run.injected();
        });
        app.verb("apps:destroy", "-c", app.name()).mustSucceed();

        assertThat(canary.touched())
                .as("after all slugs and caches were deleted")
                .isEmpty();
        run.finish(7, 0);
    }

    private void check(String what, Result push, Canary canary) {
        assertThat(canary.touched()).as("%s: %s", what, push).isEmpty();
        assertThat(push.all()).as(what).doesNotContain(Canary.SECRET).doesNotContain("root:", "Exception");
        assertThat(stage.sandbox().folder().resolve("x")).as(what).doesNotExist();
        assertThat(stage.server().root().resolve("x")).as(what).doesNotExist();
    }

    private static void reset(App app) {
        app.developer().git("reset", "-q", "--hard", "base").mustSucceed();
        app.developer().git("clean", "-fdq").mustSucceed();
    }
}
