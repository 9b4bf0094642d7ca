package dev.tinyserv.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Http;
import dev.tinyserv.fixtures.Result;
import dev.tinyserv.fixtures.Running;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Twenty pushes at once. */
class ManyPushesScenario {
    private static final int PUSHES = 20;
    private static final Duration LIMIT = Duration.ofMinutes(2);

    @AutoClose
    private static final Stage STAGE = Stage.start();

    @Test
    void toOneAppEachIsToldItsFateAndTheLastAcknowledgedOneIsLive() {
        App app = STAGE.probe();
        List<App> clones = new ArrayList<>();
        for (int i = 0; i < PUSHES; i++) {
            Path folder = app.developer().newFolder("clone" + i);
            App clone = new App(app.name(), folder, app.developer().in(folder));
            clone.developer().git("clone", "-q", "file://" + app.folder(), ".").mustSucceed();
            clone.developer()
                    .git("remote", "add", "tinyserv", app.developer().repositoryUrl(app.name()))
                    .mustSucceed();
            clone.write(
                    "server.js",
                    "require('node:http').createServer((q, r) => r.end('push" + i + "')).listen(process.env.PORT);");
            clones.add(clone.commit("Push " + i));
        }

        List<Running> pushes = clones.stream().map(App::startPush).toList();
        List<Result> results = pushes.stream().map(each -> each.await(LIMIT)).toList();

        List<String> acknowledged = new ArrayList<>();
        for (int i = 0; i < PUSHES; i++) {
            if (results.get(i).succeeded()) {
                acknowledged.add("push" + i);
            } else {
                assertThat(results.get(i).err()).containsPattern("rejected|fetch first");
            }
        }
        assertThat(acknowledged).as("all come from the same commit").hasSize(1);
        assertThat(Http.text(app.port(), "/")).isEqualTo(acknowledged.get(0));
        assertThat(app.deployedCommit())
                .isEqualTo(clones.get(Integer.parseInt(acknowledged.get(0).substring(4)))
                        .head());
        assertThat(app.developer().git("fetch", "tinyserv").mustSucceed().exit())
                .isZero();
        assertThat(Json.of(app.verb("ps", "--json")).size()).isEqualTo(1);
    }

    @Test
    void toManyAppsAllGoLive() {
        List<App> apps = new ArrayList<>();
        for (int i = 0; i < PUSHES; i++) {
            apps.add(STAGE.developer().sample("probe", STAGE.newName("many")).create());
        }

        List<Running> pushes = apps.stream().map(App::startPush).toList();
        pushes.forEach(each -> each.await(LIMIT).mustSucceed());

        assertThat(apps).allSatisfy(app -> {
            assertThat(Http.text(app.port(), "/")).isEqualTo("v2\n");
            assertThat(app.deployedCommit()).isEqualTo(app.head());
        });
        assertThat(apps.stream().map(App::port).distinct()).hasSize(PUSHES);
    }
}
