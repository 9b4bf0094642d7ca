package dev.tinyserv.agent.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.build.BuildRecord.Result;
import dev.tinyserv.agent.build.BuildRecord.Step;
import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.process.Cancellation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuildHistoryTest {
    private static final AppName SHOP = new AppName("shop");
    private static final String COMMIT = "1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d";
    private static final Slug SLUG =
            new Slug("s1", COMMIT, "node", new TreeMap<>(), new TreeMap<>(), null, "", Manifest.NONE);

    @TempDir
    Path root;

    private final List<String> pusher = new ArrayList<>();
    private final Cancellation cancellation = new Cancellation();
    private Instant now = Instant.parse("2026-11-01T10:00:00Z");
    private BuildHistory history;

    @BeforeEach
    void start() {
        history = new BuildHistory(new Layout(root), new Clock() {
            @Override
            public Instant instant() {
                return now;
            }

            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }
        });
    }

    private RecordedBuild begin() {
        return history.begin(SHOP, COMMIT, pusher::add, cancellation);
    }

    private List<String> output(int number) {
        List<String> lines = new ArrayList<>();
        history.output(SHOP, number, lines::add);
        return lines;
    }

    @Test
    void keepsWhatWasPrintedAndTimesTheSteps() {
        RecordedBuild build = begin();
        build.step("Building");
        now = now.plusMillis(1500);
        build.step("Installing");
        build.detail("left-pad");
        build.made(4096);
        now = now.plusMillis(500);
        history.end(SHOP, build, SLUG, null);

        assertThat(pusher).containsExactly("-----> Building", "-----> Installing", "       left-pad");
        assertThat(output(1)).isEqualTo(pusher).isEqualTo(output(0));
        assertThat(history.newest(SHOP)).singleElement().satisfies(record -> {
            assertThat(record.result()).isEqualTo(Result.SUCCEEDED);
            assertThat(record.millis()).isEqualTo(2000);
            assertThat(record.slug()).isEqualTo("s1");
            assertThat(record.bytes()).isEqualTo(4096);
            assertThat(record.steps()).containsExactly(new Step("Building", 1500), new Step("Installing", 500));
        });
    }

    @Test
    void tellsWhatBecameOfEach() throws IOException {
        history.end(SHOP, begin(), null, "npm ci failed\nmore");
        RecordedBuild second = begin();
        assertThat(history.newest(SHOP).get(0).result()).isEqualTo(Result.WAITING);
        second.admitted();
        assertThat(history.newest(SHOP).get(0).result()).isEqualTo(Result.RUNNING);
        assertThat(history.cancel(SHOP, "by ada")).containsExactly(2);
        assertThatThrownBy(cancellation::check).hasMessage("cancelled: by ada");
        history.end(SHOP, second, null, "npm ci was ended: cancelled: by ada");
        assertThat(history.cancel(SHOP, "again")).isEmpty();
        Files.createFile(root.resolve("build-logs/shop/3.txt"));

        assertThat(history.newest(SHOP))
                .extracting(BuildRecord::result)
                .containsExactly(Result.INTERRUPTED, Result.CANCELLED, Result.FAILED);
        assertThat(history.newest(SHOP).get(2).reason()).isEqualTo("npm ci failed");
        assertThat(output(1)).containsExactly(" !     npm ci failed", " !     more");
    }

    /** The clock, which is asked while the record of a build is made, stands for all in it that can hang. */
    @Test
    void aDiskThatHangsForOneAppHoldsUpNoOther() throws InterruptedException {
        CountDownLatch hangs = new CountDownLatch(1);
        CountDownLatch goesOn = new CountDownLatch(1);
        BuildHistory slow = new BuildHistory(new Layout(root), new Clock() {
            @Override
            public Instant instant() {
                if (Thread.currentThread().getName().equals("slow")) {
                    hangs.countDown();
                    awaitQuietly(goesOn);
                }
                return now;
            }

            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }
        });
        Thread stuck = new Thread(() -> slow.begin(SHOP, COMMIT, pusher::add, cancellation), "slow");
        stuck.start();
        try {
            hangs.await();
            AppName blog = new AppName("blog");
            assertThat(CompletableFuture.supplyAsync(() -> slow.begin(blog, COMMIT, pusher::add, cancellation)))
                    .succeedsWithin(Duration.ofSeconds(20));
            assertThat(slow.newest(blog)).hasSize(1);
        } finally {
            goesOn.countDown();
            stuck.join();
        }
        assertThat(slow.newest(SHOP)).hasSize(1);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aFloodIsKeptInPartOnly() throws IOException {
        RecordedBuild build = begin();
        String line = "x".repeat(1000);
        for (int i = 0; i < 3000; i++) {
            build.line(line);
            build.step("Step " + i);
        }
        history.end(SHOP, build, SLUG, null);
        assertThat(Files.size(root.resolve("build-logs/shop/1.txt"))).isBetween(250_000L, 300_000L);
        assertThat(output(1)).last().isEqualTo("(what followed was not kept)");
        assertThat(history.newest(SHOP).get(0).steps()).hasSize(100);
        assertThat(pusher).hasSize(6000);
    }

    @Test
    void onlyTheLastAreKept() throws IOException {
        for (int i = 0; i < 25; i++) {
            history.end(SHOP, begin(), SLUG, null);
        }
        assertThat(history.newest(SHOP))
                .extracting(BuildRecord::number)
                .hasSize(20)
                .startsWith(25)
                .endsWith(6);
        try (var files = Files.list(root.resolve("build-logs/shop"))) {
            assertThat(files).hasSize(40);
        }
        assertThatThrownBy(() -> output(5))
                .isInstanceOf(Refusal.class)
                .hasMessage("shop has no build 5; `builds` lists the last 20");
    }

    @Test
    void aBuildGoesOnWhereNothingCanBeKept() throws IOException {
        Files.createDirectories(root.resolve("build-logs"));
        Files.createFile(root.resolve("build-logs/shop"));
        RecordedBuild build = begin();
        build.step("Building");
        now = now.plus(Duration.ofSeconds(1));
        history.end(SHOP, build, SLUG, null);
        assertThat(pusher).containsExactly("-----> Building");
    }

    /** In that folder nothing can be made, though it can be listed. */
    private Path makeNothingKeepable() throws IOException {
        Files.createDirectories(root.resolve("build-logs"));
        return Files.createSymbolicLink(root.resolve("build-logs/shop"), Path.of("/proc/self"));
    }

    @Test
    void aBuildThatIsNotKeptSharesItsNumberWithNoOther() throws IOException {
        Path folder = makeNothingKeepable();
        assertThat(List.of(begin().number(), begin().number())).containsExactly(1, 2);
        Files.delete(folder);
        history.end(SHOP, begin(), SLUG, null);
        assertThat(history.newest(SHOP))
                .singleElement()
                .extracting(BuildRecord::number)
                .isEqualTo(3);
    }

    @Test
    void aBuildWhoseOutputIsNotKeptLeavesNoRecordEither() throws IOException {
        Path folder = makeNothingKeepable();
        RecordedBuild build = begin();
        Files.delete(folder);
        Files.createDirectory(folder);
        history.end(SHOP, build, SLUG, null);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void theRecordOfAnotherBuildIsNotTakenForThatOfAnInterruptedOne() throws IOException {
        history.end(SHOP, begin(), SLUG, null);
        Files.delete(root.resolve("build-logs/shop/1.txt"));
        start(); // as an agent does that knows only what is on the disk
        assertThat(begin().number()).isEqualTo(1);
        start();
        assertThat(history.newest(SHOP))
                .singleElement()
                .extracting(BuildRecord::result)
                .isEqualTo(Result.INTERRUPTED);
    }

    @Test
    void aDamagedRecordHidesNoOther() throws IOException {
        history.end(SHOP, begin(), SLUG, null);
        history.end(SHOP, begin(), SLUG, null);
        Files.writeString(root.resolve("build-logs/shop/1.json"), "{");
        assertThat(history.newest(SHOP))
                .extracting(BuildRecord::result)
                .containsExactly(Result.SUCCEEDED, Result.INTERRUPTED);
    }

    @Test
    void theSizeOfTheLastThatWorkedIsKnown() throws IOException {
        RecordedBuild large = begin();
        large.made(1 << 20);
        history.end(SHOP, large, SLUG, null);
        history.end(SHOP, begin(), null, "failed");
        assertThat(history.lastSize(SHOP)).isEqualTo(1 << 20);
        assertThat(history.lastSize(new AppName("other"))).isZero();
    }

    @Test
    void withoutBuildsItSaysSo() {
        assertThat(history.newest(SHOP)).isEmpty();
        assertThatThrownBy(() -> output(0)).hasMessageStartingWith("shop has no build yet");
    }
}
