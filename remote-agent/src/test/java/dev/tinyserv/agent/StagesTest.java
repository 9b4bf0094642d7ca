package dev.tinyserv.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.AppState;
import dev.tinyserv.agent.app.ConfigVars;
import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.agent.release.Change;
import dev.tinyserv.agent.release.Release;
import dev.tinyserv.agent.release.Releases;
import dev.tinyserv.agent.store.Apps;
import dev.tinyserv.agent.store.JsonStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent starts where files of an app are damaged. */
class StagesTest {
    private static final AppState SHOP = new AppState(new AppName("shop"), 5000, true, Instant.EPOCH, "ada");

    @TempDir
    Path root;

    private AgentSettings settings;
    private Layout layout;

    @BeforeEach
    void createApp() {
        settings = AgentSettings.load(Map.of("TINYSERV_ROOT", root.toString()));
        layout = settings.layout();
        new Installation(root, layout).createFolders();
        JsonStore store = new JsonStore();
        new Apps(layout, store).put(SHOP);
        Releases releases = new Releases(layout, store, Clock.systemUTC());
        releases.createInitial(SHOP, "ada");
        Change change = new Change(Release.Cause.CONFIG, "Set A", "ada", null, new ConfigVars(Map.of("A", "1")));
        releases.commit(SHOP, releases.begin(SHOP, change));
    }

    private Optional<AppState> takenBack() {
        try (Stages stages = new Stages(settings, Clock.systemUTC())) {
            stages.recover();
            return stages.apps().find(SHOP.app());
        }
    }

    @Test
    void anAppOfWhichTheStateAndTheFileOfTheCurrentReleaseAreDamagedIsTakenBack() throws IOException {
        Files.writeString(layout.app(SHOP.app()), "");
        Files.writeString(layout.currentRelease(SHOP.app()), "");

        assertThat(takenBack()).map(AppState::port).contains(5000);
        assertThat(new Releases(layout, new JsonStore(), Clock.systemUTC()).current(SHOP.app()))
                .extracting(Release::name)
                .isEqualTo("v2");
    }

    @Test
    void anAppOfWhichTheNewestReleaseIsDamagedTooIsNotTakenBackAsAnOlderOne() throws IOException {
        Files.writeString(layout.app(SHOP.app()), "");
        Files.delete(layout.currentRelease(SHOP.app()));
        Files.writeString(layout.release(SHOP.app(), 2), "");

        assertThat(takenBack()).isEmpty();
    }
}
