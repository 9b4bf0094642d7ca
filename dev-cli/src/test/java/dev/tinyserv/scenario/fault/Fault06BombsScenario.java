package dev.tinyserv.scenario.fault;

import static dev.tinyserv.fixtures.fault.HandmadePack.BLOB;
import static dev.tinyserv.fixtures.fault.HandmadePack.COMMIT;
import static dev.tinyserv.fixtures.fault.HandmadePack.TREE;
import static dev.tinyserv.fixtures.fault.HandmadePack.entry;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Eventually;
import dev.tinyserv.fixtures.Http;
import dev.tinyserv.fixtures.Result;
import dev.tinyserv.fixtures.fault.Campaign;
import dev.tinyserv.fixtures.fault.FaultRun;
import dev.tinyserv.fixtures.fault.HandmadePack;
import dev.tinyserv.scenario.Stage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Pushes that are small and become large: the agent, with its heap of 256 MB, refuses them and goes on. */
@ResourceLock(providers = AloneInACampaign.class)
class Fault06BombsScenario {
    private static final Duration BAR = Campaign.bar(Duration.ofSeconds(5));
    private static final long LEFT_ON_DISK = 50L << 20;
    private static final String NOBODY = "0".repeat(40);
    private static final int MB = 1 << 20;

    /** The size of each object of a chain of differences. */
    private static final int CHAINED = 4000;

    private static final FaultRun RUN = FaultRun.of(6, "bomb in a push");

    @AutoClose
    private static final Stage STAGE = Stage.start();

    private static App bystander;

    @BeforeAll
    static void thereIsAnApp() {
        bystander = STAGE.probe();
    }

    @AfterAll
    static void allWentOff() {
        RUN.finish((int) bombs().count(), 0);
    }

    static Stream<Arguments> bombs() {
        return Stream.of(
                bomb("10^10 files", Fault06BombsScenario::manyFiles, "TINYSERV_MAX_FILES"),
                bomb("1 GB of zeros", Fault06BombsScenario::zeros, "TINYSERV_MAX_OBJECT"),
                bomb("a huge commit", Fault06BombsScenario::hugeCommit, "a commit, tag or folder of"),
                bomb("a huge folder", Fault06BombsScenario::hugeFolder, "a commit, tag or folder of"),
                bomb("a difference that grows", Fault06BombsScenario::growingDelta, "sent as a difference"),
                bomb("5,000 differences in a chain", Fault06BombsScenario::longChain, "Procfile"),
                bomb("2^31 objects", () -> push(new HandmadePack().bytes(Integer.MAX_VALUE), NOBODY), "2147483647"),
                bomb("an object that does not end", Fault06BombsScenario::endless, "the pack is damaged"),
                bomb("1,000,000 branches", Fault06BombsScenario::manyBranches, ""));
    }

    private static Arguments bomb(String what, Supplier<byte[]> request, String words) {
        return Arguments.of(what, request, words);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bombs")
    void aBombIsRefusedSoonAndTheAgentServesOn(String what, Supplier<byte[]> bomb, String words) throws IOException {
        App app = STAGE.developer().sample("probe", STAGE.newName("bomb")).create();
        long agent = STAGE.server().agentPid();
        Path request = Files.write(STAGE.sandbox().folder().resolve("request"), bomb.get());
        long disk = disk();

        long before = System.nanoTime();
        Result push = app.developer()
                .shell()
                .script("$GIT_SSH_COMMAND -p " + STAGE.sandbox().ports().ssh()
                        + " tester@127.0.0.1 \"git-receive-pack '" + app.name() + "'\" < " + request
                        + " | tr -d '\\0'");
        Duration took = Duration.ofNanos(System.nanoTime() - before);

        assertThat(push.all()).contains(words).doesNotContain("ok refs/heads/main");
        assertThat(took).as("until the pusher knows").isLessThan(BAR);
        assertThat(STAGE.server().agentPid()).as("the same agent").isEqualTo(agent);
        Eventually.until("the disk is as before", () -> disk() - disk < LEFT_ON_DISK);
        app.push().mustSucceed();
        assertThat(Http.text(bystander.port(), "/")).isEqualTo("v2\n");
        app.verb("ps:stop").mustSucceed();
        RUN.injected();
    }

    private static byte[] manyFiles() {
        HandmadePack pack = new HandmadePack();
        String id = pack.add(BLOB, new byte[0]);
        String procfile = pack.add(BLOB, "web: true\n".getBytes(StandardCharsets.UTF_8));
        for (int depth = 0; depth < 10; depth++) {
            ByteArrayOutputStream tree = new ByteArrayOutputStream();
            if (depth == 9) {
                tree.writeBytes(entry("100644", "Procfile", procfile));
            }
            for (int i = 0; i < 10; i++) {
                tree.writeBytes(entry(depth == 0 ? "100644" : "40000", "d" + i, id));
            }
            id = pack.add(TREE, tree.toByteArray());
        }
        return push(pack, id);
    }

    private static byte[] zeros() {
        HandmadePack pack = new HandmadePack();
        String zeros = pack.addRepeated(BLOB, new byte[MB], Campaign.count(600, 1024));
        return push(pack, pack.add(TREE, entry("100644", "zeros", zeros)));
    }

    private static byte[] hugeCommit() {
        HandmadePack pack = new HandmadePack();
        String commit = pack.addRepeated(COMMIT, "x".repeat(MB).getBytes(StandardCharsets.UTF_8), 400);
        return push(pack.bytes(), commit);
    }

    private static byte[] hugeFolder() {
        HandmadePack pack = new HandmadePack();
        String blob = pack.add(BLOB, new byte[0]);
        ByteArrayOutputStream tree = new ByteArrayOutputStream();
        for (int i = 0; i < 1000; i++) {
            tree.writeBytes(entry("100644", "file" + i, blob));
        }
        return push(pack, pack.addRepeated(TREE, tree.toByteArray(), 2000));
    }

    private static byte[] growingDelta() {
        HandmadePack pack = new HandmadePack();
        long base = pack.offset();
        pack.add(BLOB, new byte[60_000]);
        pack.addDelta(base, HandmadePack.copies(60_000, 7000));
        return push(pack.bytes(), NOBODY.replace('0', '1'));
    }

    private static byte[] longChain() {
        HandmadePack pack = new HandmadePack();
        long base = pack.offset();
        String blob = pack.add(BLOB, new byte[CHAINED]);
        for (int i = 0; i < 5000; i++) {
            long next = pack.offset();
            byte[] grown = HandmadePack.copies(CHAINED, 1);
            // the whole base, but one octet of it, which differs from object to object
            byte[] delta = new byte[grown.length + 3];
            System.arraycopy(grown, 0, delta, 0, grown.length);
            int copied = CHAINED - 2;
            delta[grown.length - 2] = (byte) copied;
            delta[grown.length - 1] = (byte) (copied >> 8);
            delta[grown.length] = 2;
            delta[grown.length + 1] = (byte) i;
            delta[grown.length + 2] = (byte) (i >> 8);
            pack.addDelta(base, delta);
            base = next;
        }
        return push(pack, pack.add(TREE, entry("100644", "x", blob)));
    }

    private static byte[] endless() {
        HandmadePack pack = new HandmadePack();
        pack.addLonger(BLOB, 100, new byte[MB], 300);
        return push(pack.bytes(), NOBODY.replace('0', '1'));
    }

    private static byte[] manyBranches() {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        HandmadePack pack = new HandmadePack();
        String commit = pack.add(COMMIT, HandmadePack.commit(pack.add(TREE, new byte[0]), "x"));
        for (int i = 0; i < 1_000_000; i++) {
            line(request, NOBODY + " " + commit + " refs/heads/b" + i + (i == 0 ? "\0report-status" : ""));
        }
        request.writeBytes("0000".getBytes(StandardCharsets.US_ASCII));
        request.writeBytes(pack.bytes());
        return request.toByteArray();
    }

    private static byte[] push(HandmadePack pack, String tree) {
        String commit = pack.add(COMMIT, HandmadePack.commit(tree, "bomb"));
        return push(pack.bytes(), commit);
    }

    private static byte[] push(byte[] pack, String commit) {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        String id = commit.equals(NOBODY) ? NOBODY.replace('0', '1') : commit;
        line(request, NOBODY + " " + id + " refs/heads/main\0report-status");
        request.writeBytes("0000".getBytes(StandardCharsets.US_ASCII));
        request.writeBytes(pack);
        return request.toByteArray();
    }

    private static void line(ByteArrayOutputStream request, String text) {
        byte[] line = text.getBytes(StandardCharsets.UTF_8);
        request.writeBytes(String.format("%04x", line.length + 4).getBytes(StandardCharsets.US_ASCII));
        request.writeBytes(line);
    }

    private static long disk() {
        String out = STAGE.server()
                .shell()
                .run("du", "-s", "-B1", STAGE.server().root().toString())
                .out();
        if (out.isEmpty()) {
            throw new UncheckedIOException(new IOException("du found nothing"));
        }
        return Long.parseLong(out.split("\t", -1)[0]);
    }
}
