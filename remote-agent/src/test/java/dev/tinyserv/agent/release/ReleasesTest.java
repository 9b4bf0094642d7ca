package dev.tinyserv.agent.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.AppState;
import dev.tinyserv.agent.app.ConfigVars;
import dev.tinyserv.agent.app.ProcessType;
import dev.tinyserv.agent.build.Manifest;
import dev.tinyserv.agent.build.Slug;
import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.agent.store.JsonStore;
import dev.tinyserv.buildpacks.base.Refusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReleasesTest {
    private static final AppName SHOP = new AppName("shop");
    private static final Instant NOW = Instant.parse("2026-11-01T10:00:00Z");
    private static final AppState APP = new AppState(SHOP, 5000, true, NOW, "ada");
    private static final Slug SLUG = new Slug(
            "s1",
            "c0ffee0000000000000000000000000000000000",
            "node",
            new TreeMap<>(Map.of(ProcessType.WEB, "node .", new ProcessType("worker"), "node worker")),
            new TreeMap<>(Map.of("NODE_ENV", "production")),
            null,
            "",
            Manifest.NONE);

    @TempDir
    private Path root;

    private Layout layout = new Layout(Path.of("/"));
    private Releases releases = open(layout);

    private static Releases open(Layout layout) {
        return new Releases(layout, new JsonStore(), Clock.fixed(NOW, ZoneOffset.UTC));
    }

    @BeforeEach
    void createApp() throws IOException {
        layout = new Layout(root);
        Files.createDirectories(layout.releases());
        releases = open(layout);
        releases.createInitial(APP, "ada");
    }

    private static Change change(String description) {
        return new Change(Release.Cause.PUSH, description, "ada", SLUG, new ConfigVars(Map.of("A", "1")));
    }

    @Test
    void anAppBeginsWithAReleaseWithoutCode() {
        Release first = releases.current(SHOP);

        assertThat(first.name()).isEqualTo("v1");
        assertThat(first.making().description()).isEqualTo("Initial release");
        assertThat(first.slug()).isNull();
    }

    @Test
    void thePortOfALostAppIsRecoveredUnlessAnotherAppHasItByNow() {
        assertThat(releases.recovered(SHOP, Set.of(5001)))
                .isEqualTo(new Releases.Recovered(releases.current(SHOP), 5000));
        assertThatThrownBy(() -> releases.recovered(SHOP, Set.of(5000, 5001)))
                .isInstanceOf(Refusal.class)
                .hasMessage(
                        "port 5000, which the releases of shop name, is another app's; restore " + layout.app(SHOP));
    }

    @Test
    void aReleaseIsCurrentOnlyOnceItIsCommittedAndThenForEverybody() {
        Release pending = releases.begin(APP, change("Deploy c0ffee"));
        assertThat(pending.status()).isEqualTo(Release.Status.PENDING);
        assertThat(releases.current(SHOP).version()).isEqualTo(1);
        assertThat(open(layout).current(SHOP).version()).isEqualTo(1);

        Release live = releases.commit(APP, pending);

        assertThat(live.status()).isEqualTo(Release.Status.LIVE);
        assertThat(ReleaseFile.of(live, 5000).cmdline()).isEqualTo("node .");
        assertThat(releases.current(SHOP)).isEqualTo(live);
        assertThat(open(layout).current(SHOP)).isEqualTo(live);
        assertThat(live.slug()).isEqualTo(SLUG);
    }

    @Test
    void theLastPushIsFoundBehindOtherReleasesAndFailedPushes() throws IOException {
        assertThat(releases.lastPush(SHOP)).isEmpty();
        Release pushed = releases.commit(APP, releases.begin(APP, change("Deploy c0ffee")));
        releases.fail(APP, releases.begin(APP, change("Deploy bad")));
        releases.commit(
                APP, releases.begin(APP, new Change(Release.Cause.CONFIG, "Set A", "ada", SLUG, ConfigVars.none())));

        assertThat(open(layout).lastPush(SHOP)).contains(pushed);

        Files.writeString(layout.release(SHOP, 3), "{");
        assertThat(open(layout).lastPush(SHOP))
                .as("what cannot be read may be a later one")
                .isEmpty();
    }

    @Test
    void aNumberIsNeverUsedTwice() {
        Release failed = releases.begin(APP, change("Deploy bad"));
        releases.fail(APP, failed);

        Release next = releases.begin(APP, change("Deploy good"));

        assertThat(failed.version()).isEqualTo(2);
        assertThat(next.version()).isEqualTo(3);
        assertThat(releases.get(SHOP, 2).status()).isEqualTo(Release.Status.FAILED);
    }

    @Test
    void whatAKilledAgentLeftHalfDoneCountsAsFailed() throws IOException {
        Release pending = releases.begin(APP, change("Deploy c0ffee"));
        // killed between vN.json and the pointer: the file already says live, but the commit point was not reached
        new JsonStore().write(layout.release(SHOP, 2), ReleaseFile.of(pending.withStatus(Release.Status.LIVE), 5000));

        Path unfinished =
                layout.releases(SHOP).resolve(".tmp-" + ProcessHandle.current().pid() + "-1000000");
        Files.writeString(unfinished, "{");

        Releases afterwards = open(layout);
        afterwards.settle(APP);

        assertThat(unfinished).doesNotExist();
        assertThat(afterwards.current(SHOP).version()).isEqualTo(1);
        assertThat(afterwards.get(SHOP, 2).status()).isEqualTo(Release.Status.FAILED);
    }

    @Test
    void aCommitThatTheDiskRefusesLeavesTheFormerReleaseCurrent() throws IOException {
        Release pending = releases.begin(APP, change("Deploy c0ffee"));
        Path pointer = layout.currentRelease(SHOP);
        Files.delete(pointer);
        Files.createDirectory(pointer); // no file can be renamed over a folder
        Files.createFile(pointer.resolve("x"));

        assertThatThrownBy(() -> releases.commit(APP, pending))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining(pointer.toString());
        assertThat(releases.current(SHOP).version()).isEqualTo(1);
    }

    /** A disk on which the pointer can be renamed into place once, and neither be synced nor be written again. */
    private static final class FailingStore extends JsonStore {
        private final Path pointer;
        private boolean written;

        FailingStore(Path pointer) {
            this.pointer = pointer;
        }

        @Override
        public void write(Path file, Object record) {
            boolean named = file.equals(pointer);
            if (!named || !written) {
                super.write(file, record);
            }
            if (named) {
                written = true;
                throw new Refusal("cannot write " + file + ": Input/output error");
            }
        }
    }

    @Test
    void aCommitThatTheDiskNamesAndCannotTakeBackCounts() {
        Releases failing =
                new Releases(layout, new FailingStore(layout.currentRelease(SHOP)), Clock.fixed(NOW, ZoneOffset.UTC));
        assertThat(failing.current(SHOP).version()).isEqualTo(1);

        Release live = failing.commit(APP, failing.begin(APP, change("Deploy c0ffee")));

        assertThat(failing.current(SHOP)).isEqualTo(live);
        assertThat(open(layout).current(SHOP)).isEqualTo(live);
    }

    @Test
    void listsTheNewestFirstAndLeavesOutWhatIsDamaged() throws IOException {
        releases.commit(APP, releases.begin(APP, change("two")));
        releases.commit(APP, releases.begin(APP, change("three")));
        Files.writeString(layout.release(SHOP, 2), "{");

        assertThat(releases.newest(SHOP, 10)).extracting(Release::version).containsExactly(3, 1);
        assertThat(releases.newest(SHOP, 1)).extracting(Release::version).containsExactly(3);
        assertThatThrownBy(() -> releases.get(SHOP, 2)).hasMessageContaining("v2.json");
        assertThatThrownBy(() -> releases.get(SHOP, 9)).hasMessageContaining("has no release v9");
    }

    @Test
    void aDestroyedAppLeavesNothing() {
        releases.forget(SHOP);

        assertThat(layout.releases().toFile().list()).isEmpty();
        assertThatThrownBy(() -> releases.current(SHOP)).hasMessageContaining("no app 'shop'");
    }

    private void writeAppFile() throws IOException {
        Files.createDirectories(layout.apps());
        Files.writeString(layout.app(SHOP), "{}");
    }

    @Test
    void whenTheFileOfTheCurrentReleaseIsLostTheNewestThatWentLiveIsCurrent() throws IOException {
        writeAppFile();
        Release live = releases.commit(APP, releases.begin(APP, change("Deploy c0ffee")));
        releases.fail(APP, releases.begin(APP, change("Deploy bad")));
        Path pointer = layout.currentRelease(SHOP);

        Files.writeString(pointer, "");
        assertThat(open(layout).current(SHOP)).isEqualTo(live);
        assertThat(open(layout).recovered(SHOP, Set.of())).isEqualTo(new Releases.Recovered(live, 5000));
        Files.delete(pointer);
        assertThat(open(layout).current(SHOP)).isEqualTo(live);
        Files.createSymbolicLink(pointer, pointer); // nobody, not even root, can read it
        Releases afterwards = open(layout);
        assertThat(afterwards.current(SHOP)).isEqualTo(live);
        Release next = afterwards.commit(APP, afterwards.begin(APP, change("Deploy again")));
        assertThat(next.version()).isEqualTo(4);
        assertThat(open(layout).current(SHOP)).isEqualTo(next);
    }

    @Test
    void aReleaseThatCannotBeReadIsNotPassedOverForAnOlderOne() throws IOException {
        writeAppFile();
        releases.commit(APP, releases.begin(APP, change("Deploy c0ffee")));
        Files.writeString(layout.release(SHOP, 2), "{");
        Files.writeString(layout.currentRelease(SHOP), "");

        assertThatThrownBy(() -> open(layout).current(SHOP))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining(layout.currentRelease(SHOP) + ":1 is damaged");
    }

    @Test
    void aNumberIsNotUsedAgainWhenTheHistoryIsLost() throws IOException {
        releases.commit(APP, releases.begin(APP, change("Deploy c0ffee")));
        Files.delete(layout.release(SHOP, 1));
        Files.delete(layout.release(SHOP, 2));

        assertThat(releases.begin(APP, change("Deploy again")).version()).isEqualTo(3);
    }

    @Test
    void aMissingReleaseOfAnAppThatIsThereIsNamed() throws IOException {
        writeAppFile();
        Files.delete(layout.currentRelease(SHOP));
        Files.delete(layout.release(SHOP, 1));
        releases = new Releases(layout, new JsonStore(), Clock.systemUTC());

        assertThatThrownBy(() -> releases.current(SHOP))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining(layout.currentRelease(SHOP).toString())
                .hasMessageContaining("`doctor`");
    }

    @Test
    void aReleaseOfWhichOnlyTheSyncFailedIsTakenBack() throws IOException {
        requireThatModesBind();
        Path folder = layout.releases(SHOP);
        // asked for the time when the number is known and nothing is written: now names can be written, but not synced
        Clock trap = new TrapClock(() -> setMode(folder, "-wx------"));
        Releases failing = new Releases(layout, new JsonStore(), trap);
        try {
            assertThatThrownBy(() -> failing.begin(APP, change("Deploy c0ffee")))
                    .isInstanceOf(Refusal.class)
                    .hasMessageContaining(layout.release(SHOP, 2).toString());
        } finally {
            setMode(folder, "rwx------");
        }

        assertThat(folder.toFile().list()).containsExactly("v1.json");
        assertThat(releases.begin(APP, change("Deploy again")).version()).isEqualTo(2);
    }

    @Test
    void aReleaseThatCannotBeWrittenLeavesNothing() throws IOException {
        Path elsewhere = root.resolve("elsewhere");
        Path folder = layout.releases(SHOP);
        // the folder goes away between the choice of the number and the write
        Clock trap = new TrapClock(() -> Files.move(folder, elsewhere));
        Releases failing = new Releases(layout, new JsonStore(), trap);

        assertThatThrownBy(() -> failing.begin(APP, change("Deploy c0ffee")))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining(layout.release(SHOP, 2).toString());

        Files.move(elsewhere, folder);
        assertThat(folder.toFile().list()).containsExactly("v1.json");
        assertThat(failing.current(SHOP).version()).isEqualTo(1);
        assertThat(releases.begin(APP, change("Deploy again")).version()).isEqualTo(2);
    }

    @Test
    void whatCouldNotBeForgottenIsNamedAndCanBeForgottenAgain() throws IOException {
        assertThat(releases.current(SHOP).version()).isEqualTo(1);
        Path pointer = layout.currentRelease(SHOP);
        Files.delete(pointer);
        Files.createDirectory(pointer); // no folder with something in it can be deleted as a file
        Path obstacle = Files.createFile(pointer.resolve("x"));

        assertThatThrownBy(() -> releases.forget(SHOP))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining(pointer.toString());
        assertThatThrownBy(() -> releases.current(SHOP)).hasMessageContaining(pointer.toString());

        Files.delete(obstacle);
        releases.forget(SHOP);
        assertThat(layout.releases().toFile().list()).isEmpty();
    }

    @Test
    void releasesThatTheDiskKeepsAreNamed() throws IOException {
        requireThatModesBind();
        Files.delete(layout.currentRelease(SHOP));
        setMode(layout.releases(), "r-x------");
        try {
            assertThatThrownBy(() -> releases.forget(SHOP))
                    .isInstanceOf(Refusal.class)
                    .hasMessageContaining("cannot delete " + layout.releases(SHOP));
        } finally {
            setMode(layout.releases(), "rwx------");
        }

        releases.forget(SHOP);
        assertThat(layout.releases().toFile().list()).isEmpty();
    }

    private void requireThatModesBind() throws IOException {
        Path closed = Files.createDirectory(root.resolve("closed"));
        setMode(closed, "---------");
        boolean open = Files.isReadable(closed);
        Files.delete(closed);
        assumeFalse(open, "root reads what nobody may read");
    }

    private static void setMode(Path folder, String mode) throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(mode));
    }

    /** Does something, once, when it is asked for the time. */
    private static final class TrapClock extends Clock {
        private final Deque<Sabotage> sabotage = new ArrayDeque<>();

        TrapClock(Sabotage once) {
            sabotage.add(once);
        }

        interface Sabotage {
            void run() throws IOException;
        }

        @Override
        public Instant instant() {
            try {
                while (!sabotage.isEmpty()) {
                    sabotage.remove().run();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return NOW;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
