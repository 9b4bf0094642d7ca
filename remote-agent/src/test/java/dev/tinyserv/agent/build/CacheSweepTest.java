package dev.tinyserv.agent.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.agent.AgentSettings;
import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.buildpacks.process.Cancellation;
import dev.tinyserv.buildpacks.source.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheSweepTest {
    private static final int KB = 1024;
    private static final AppName OLD = new AppName("old");
    private static final AppName MIDDLE = new AppName("middle");
    private static final AppName NEW = new AppName("new");

    @TempDir
    private Path root;

    private final BuildSlots slots = new BuildSlots(2);
    private Layout layout;
    private CacheSweep sweep;

    @BeforeEach
    void caches() throws IOException {
        layout = AgentSettings.load(Map.of("TINYSERV_ROOT", root.toString())).layout();
        SlugFolders folders = new SlugFolders(layout, Clock.systemUTC(), Duration.ofHours(1), new Disposal());
        sweep = new CacheSweep(layout, slots, folders, 250 * KB);
        int age = 3;
        for (AppName app : new AppName[] {OLD, MIDDLE, NEW}) {
            fill(app, 100);
            Files.setLastModifiedTime(
                    layout.cache(app), FileTime.from(Instant.now().minusSeconds(60L * age--)));
        }
    }

    private void fill(AppName app, int kilobytes) throws IOException {
        Files.createDirectories(layout.cache(app));
        Files.write(layout.cache(app).resolve("file"), new byte[kilobytes * KB]);
    }

    private void sweepAfter(AppName built) {
        sweep.built(built);
        sweep.sweep();
    }

    @Test
    void whatWasNotUsedForTheLongestTimeGoesFirst() {
        sweepAfter(NEW);

        assertThat(layout.cache(OLD)).doesNotExist();
        assertThat(layout.cache(MIDDLE)).exists();
        assertThat(layout.cache(NEW)).exists();
        assertThat(layout.caches().toFile().list()).containsExactlyInAnyOrder("middle", "new");
    }

    @Test
    void whatBuildsNowStays() {
        try (BuildSlots.Slot slot = slots.enter(OLD, line -> {}, new Cancellation())) {
            sweepAfter(NEW);
            assertThat(layout.cache(slot.app())).exists();
            assertThat(layout.cache(MIDDLE)).doesNotExist();
        }
        assertThat(slots.tryEnter(MIDDLE)).as("the sweep holds nobody up").isPresent();
    }

    @Test
    void aBuildThatKeepsMoreIsSeen() throws IOException {
        sweepAfter(NEW);
        fill(NEW, 200);

        sweepAfter(MIDDLE);
        assertThat(layout.cache(MIDDLE))
                .as("nothing built NEW, so it was not measured again")
                .exists();
        sweepAfter(NEW);

        assertThat(layout.cache(MIDDLE)).doesNotExist();
        assertThat(layout.cache(NEW)).exists();
    }

    @Test
    void withoutCachesNothingHappens() throws IOException {
        FileTree.delete(layout.caches());

        sweepAfter(NEW);

        assertThat(layout.caches()).doesNotExist();
    }
}
