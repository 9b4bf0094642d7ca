package dev.tinyserv.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Http;
import dev.tinyserv.fixtures.Running;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Twenty pushes at once, each to an app of its own. */
@Tag("thorough")
class ManyPushesScenario {
    private static final int PUSHES = 20;
    private static final Duration LIMIT = Duration.ofMinutes(2);

    @AutoClose
    private static final Stage STAGE = Stage.start();

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
