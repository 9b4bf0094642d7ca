package dev.tinyserv.agent.git;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinyserv.fixtures.fault.HandmadePack;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PackScanTest {
    private static final long HEAP = 8L << 20;
    private static final int MOST = 1 << 20;

    private static void scan(byte[] pack) throws IOException {
        Random random = new Random(1);
        try (PackScan scan = new PackScan(HEAP)) {
            for (int at = 0; at < pack.length; ) {
                int length = Math.min(pack.length - at, 1 + random.nextInt(random.nextBoolean() ? 3 : 5000));
                scan.next(pack, at, length);
                at += length;
            }
        }
    }

    @Test
    void whatFitsPassesInPiecesOfAnySize() {
        byte[] noise = new byte[100_000];
        new Random(2).nextBytes(noise);
        HandmadePack pack = new HandmadePack();
        for (int i = 0; i < 200; i++) {
            long base = pack.offset();
            pack.add(HandmadePack.BLOB, noise);
            pack.add(HandmadePack.TREE, new byte[i]);
            pack.addDelta(base, HandmadePack.copies(60_000, 1 + i % 17));
        }
        assertThatCode(() -> scan(pack.bytes())).doesNotThrowAnyException();
        assertThatCode(() -> scan(new HandmadePack().bytes())).doesNotThrowAnyException();
    }

    @Test
    void aFileThatIsSentWholeMayBeLarge() {
        HandmadePack pack = new HandmadePack();
        pack.addRepeated(HandmadePack.BLOB, new byte[MOST], 30);
        assertThatCode(() -> scan(pack.bytes())).doesNotThrowAnyException();
    }

    @Test
    void aCommitOrFolderMayNot() {
        HandmadePack pack = new HandmadePack();
        pack.add(HandmadePack.TREE, new byte[MOST]);
        assertThatCode(() -> scan(pack.bytes())).doesNotThrowAnyException();
        pack.add(HandmadePack.COMMIT, new byte[MOST + 1]);
        assertThatThrownBy(() -> scan(pack.bytes()))
                .hasMessageContaining("a commit, tag or folder of 1048577 bytes is more than the 1048576");
    }

    @Test
    void aDifferenceThatGrowsIsRefusedBeforeItDoes() {
        HandmadePack pack = new HandmadePack();
        long base = pack.offset();
        pack.add(HandmadePack.BLOB, new byte[50_000]);
        pack.addDelta(base, HandmadePack.copies(50_000, 20));
        assertThatCode(() -> scan(pack.bytes())).doesNotThrowAnyException();
        pack.addDelta(base, HandmadePack.copies(50_000, 21));
        assertThatThrownBy(() -> scan(pack.bytes()))
                .hasMessageContaining("a file of 1050000 bytes is sent as a difference")
                .hasMessageContaining("bigFileThreshold");
    }

    @Test
    void aPackThatClaimsTooManyObjectsIsRefusedByItsHeader() {
        assertThatThrownBy(() -> scan(new HandmadePack().bytes(Integer.MAX_VALUE)))
                .hasMessageContaining("2147483647 objects, more than the 32768");
        assertThatThrownBy(() -> scan(new HandmadePack().bytes(-1))).hasMessageContaining("4294967295 objects");
    }

    @Test
    void anObjectThatIsLongerThanItSaysIsRefused() {
        HandmadePack pack = new HandmadePack();
        pack.addLonger(HandmadePack.BLOB, 10, new byte[1000], 1000);
        assertThatThrownBy(() -> scan(pack.bytes())).hasMessageContaining("larger than it says");
    }

    @Test
    void rubbishIsRefused() {
        byte[] noise = new byte[100_000];
        new Random(3).nextBytes(noise);
        HandmadePack pack = new HandmadePack();
        pack.add(HandmadePack.BLOB, new byte[10]);
        System.arraycopy(pack.bytes(5), 0, noise, 0, 12);
        assertThatThrownBy(() -> scan(noise)).isInstanceOf(IOException.class);
    }
}
