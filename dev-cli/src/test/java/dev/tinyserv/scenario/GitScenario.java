package dev.tinyserv.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Developer;
import dev.tinyserv.fixtures.Http;
import dev.tinyserv.fixtures.Result;
import dev.tinyserv.fixtures.fault.Requirements;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Stock git against the server's repositories. */
@Tag("thorough")
@ExtendWith(SharedStage.class)
class GitScenario {
    private final Stage stage;

    GitScenario(Stage stage) {
        this.stage = stage;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void everyProtocolVersionPushesClonesAndFetches(int version) {
        String protocol = "protocol.version=" + version;
        App app = stage.developer().sample("python-hello", stage.newName("proto"));
        app.create();
        Developer developer = app.developer();
        developer.git("-c", protocol, "push", "tinyserv", "main").mustSucceed();

        Path folder = developer.newFolder("clone");
        Developer other = developer.in(folder);
        other.git("-c", protocol, "clone", "-q", developer.repositoryUrl(app.name()), ".")
                .mustSucceed();
        assertThat(folder.resolve("Procfile")).exists();
        assertThat(other.git("symbolic-ref", "--short", "HEAD").out().strip()).isEqualTo("main");

        app.write("new.txt", "new").commit("Second");
        developer.git("-c", protocol, "push", "tinyserv", "main").mustSucceed();
        other.git("-c", protocol, "pull", "-q").mustSucceed();
        assertThat(folder.resolve("new.txt")).exists();
        assertThat(other.git("fsck", "--strict").mustSucceed().exit()).isZero();
    }

    @Test
    void aForcePushDeploysTheOtherHistory() {
        App app = stage.probe();
        app.developer().git("commit", "-q", "--amend", "-m", "Another first").mustSucceed();

        assertThat(app.push().mustFail().err()).contains("! [rejected] ", "(non-fast-forward)");
        app.developer().git("push", "--force", "tinyserv", "main").mustSucceed();

        assertThat(app.deployedCommit()).isEqualTo(app.head());
        assertThat(Http.text(app.port(), "/")).isEqualTo("v3\n");
    }

    @Test
    void tagsAndOtherBranchesAreKeptAndDoNotDeploy() {
        App app = stage.probe();
        Developer developer = app.developer();
        developer.git("tag", "-a", "-m", "One", "v1.0").mustSucceed();
        developer.git("branch", "feature/x").mustSucceed();

        Result push = developer.git("push", "tinyserv", "v1.0", "feature/x").mustSucceed();

        assertThat(push.err()).contains("feature/x").contains("main");
        assertThat(developer.git("ls-remote", "tinyserv").out())
                .contains("refs/tags/v1.0")
                .contains("refs/heads/feature/x");
        assertThat(Http.text(app.port(), "/")).isEqualTo("v2\n");

        developer.git("push", "tinyserv", "--delete", "feature/x", "v1.0").mustSucceed();
        assertThat(developer.git("ls-remote", "tinyserv").out())
                .doesNotContain("feature/x")
                .doesNotContain("v1.0");
    }

    @Test
    void theBranchThatDeploysCannotBeDeleted() {
        App app = stage.probe();

        Result delete =
                app.developer().git("push", "tinyserv", "--delete", "main").mustFail();

        assertThat(delete.err()).contains("the branch that deploys cannot be deleted");
        assertThat(app.deployedCommit()).isEqualTo(app.head());
        assertThat(Http.text(app.port(), "/")).isEqualTo("v2\n");
    }

    @Test
    void masterDeploysToo() {
        App app = stage.developer().sample("python-hello", stage.newName("master"));
        app.create();
        app.developer().git("branch", "-m", "master").mustSucceed();

        assertThat(app.developer()
                        .git("push", "tinyserv", "master")
                        .mustSucceed()
                        .err())
                .contains("Launched v2");
        assertThat(Http.text(app.port(), "/")).startsWith("Hello from v2");

        Path folder = app.developer().newFolder("clone");
        app.developer()
                .in(folder)
                .git("clone", "-q", app.developer().repositoryUrl(app.name()), ".")
                .mustSucceed();
        assertThat(folder.resolve("Procfile"))
                .as("HEAD points to the branch that deploys")
                .exists();
    }

    @Test
    void aPushFromAShallowCloneWorksOrIsRefusedInWords() {
        App app = stage.probe();
        app.write("a.txt", "a").commit("Second").push().mustSucceed();
        App unrelated = stage.developer().sample("probe", stage.newName("shallow"));
        unrelated.create();
        Path folder = app.developer().newFolder("shallow");
        Developer shallow = app.developer().in(folder);
        shallow.git("clone", "-q", "--depth=1", "file://" + app.folder(), ".").mustSucceed();

        Result push = shallow.git("push", shallow.repositoryUrl(unrelated.name()), "main");

        assertThat(push.mustFail().err())
                .contains("this is a shallow clone: run git fetch --unshallow, then push again");
        assertThat(unrelated.deployedCommit()).isEmpty();
        shallow.git("fetch", "-q", "--unshallow").mustSucceed();
        shallow.git("push", shallow.repositoryUrl(unrelated.name()), "main").mustSucceed();
        assertThat(Http.text(unrelated.port(), "/")).isEqualTo("v2\n");
    }

    @Test
    void aStalePushIsRefusedAndToldToFetchFirst() {
        App app = stage.probe();
        Path folder = app.developer().newFolder("other");
        Developer other = app.developer().in(folder);
        other.git("clone", "-q", app.developer().repositoryUrl(app.name()), ".").mustSucceed();
        app.write("a.txt", "a").commit("Mine").push().mustSucceed();
        other.git("commit", "-q", "--allow-empty", "-m", "Theirs").mustSucceed();

        Result push = other.git("push", "origin", "main").mustFail();

        assertThat(push.err()).contains("fetch first");
        assertThat(app.deployedCommit()).isEqualTo(app.head());
        assertThat(Http.text(app.port(), "/")).isEqualTo("v3\n");
    }

    @Test
    void severalRefsInOnePushDeployOnce() {
        App app = stage.developer().sample("probe", stage.newName("several"));
        app.create();
        app.developer().git("tag", "one").mustSucceed();
        app.developer().git("branch", "side").mustSucceed();

        app.developer().git("push", "tinyserv", "--all").mustSucceed();
        app.developer().git("push", "tinyserv", "--tags").mustSucceed();

        assertThat(Http.text(app.port(), "/")).isEqualTo("v2\n");
    }

    /** The hook that git-lfs installs asks the server by ssh before it lets the push go on. */
    @Test
    void aRepositoryWithLfsIsToldHowToPush() {
        assumeThat(Requirements.unmet("git-lfs")).isEmpty();
        App app = stage.developer().sample("probe", stage.newName("large"));
        app.create();
        Developer developer = app.developer();
        developer.git("lfs", "install", "--local").mustSucceed();
        developer.git("lfs", "track", "*.bin").mustSucceed();
        app.write("model.bin", "a model").commit("Add a model");

        Result push = app.push().mustFail();

        assertThat(push.err())
                .contains("Git LFS is not served here")
                .contains("GIT_LFS_SKIP_PUSH=1 git push tinyserv main")
                .doesNotContain("not found", "no such verb");
        assertThat(app.deployedCommit()).isEmpty();
        Result skipped = developer
                .with(Map.of("GIT_LFS_SKIP_PUSH", "1"))
                .git("push", "tinyserv", "main")
                .mustSucceed();
        assertThat(skipped.err()).contains("model.bin").contains("Git LFS").contains("Launched v2");
    }

    @Test
    void otherProgramsOfGitAreAnsweredWithWhatIsServed() {
        Developer developer = stage.developer();
        for (String program : List.of("git-lfs-authenticate", "git-lfs-transfer")) {
            assertThat(developer.ssh(program, "shop.git", "upload").mustFail().err())
                    .contains("Git LFS is not served here")
                    .contains("GIT_LFS_SKIP_PUSH=1 git push tinyserv main")
                    .doesNotContain("not found");
        }
        for (String program : List.of("git-annex-shell", "git-upload-archive", "git-shell", "git-")) {
            String answer = program
                    + " is not served; git-receive-pack (git push) and git-upload-pack (git fetch, git clone) are";
            assertThat(developer.ssh(program, "'/shop'").mustFail().err()).contains(answer);
            assertThat(developer.tinyserv(program).mustFail().err()).contains(answer);
            assertThat(stage.server().remote(program, "x").mustFail().err()).contains(answer);
        }
    }

    @Test
    void pushOptionsAreTakenAndIgnored() {
        App app = stage.developer().sample("probe", stage.newName("options"));
        app.create();

        Result push =
                app.developer().git("push", "-o", "ci.skip", "tinyserv", "main").mustSucceed();

        assertThat(push.err()).contains("Push options are ignored: ci.skip").contains("Launched v2");
        app.developer().git("config", "push.pushOption", "merge_request.create").mustSucceed();
        app.write("a.txt", "a").commit("Second");
        assertThat(app.push().mustSucceed().err()).contains("Push options are ignored: merge_request.create");
    }
}
