package dev.tinyserv.agent.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.buildpacks.process.Program;
import dev.tinyserv.fixtures.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeployKeysTest {
    @TempDir
    Path root;

    @Test
    void aKeyThatCannotBeReadHoldsUpNoOtherApp() throws IOException, InterruptedException {
        assumeTrue(Program.find("ssh-keygen", Map.of("PATH", "/usr/bin:/bin")).isPresent(), "needs ssh-keygen");
        Layout layout = new Layout(root);
        DeployKeys keys = new DeployKeys(layout);
        Path half = Files.createDirectories(layout.deployKeys()).resolve("shop.pub");
        assertThat(new ProcessBuilder("mkfifo", half.toString()).start().waitFor())
                .isZero();

        Thread stuck = new Thread(() -> keys.publicKey(new AppName("shop")), "slow");
        stuck.start();
        try {
            Eventually.until("it reads", Duration.ofSeconds(20), () -> isReading(stuck));
            assertThat(CompletableFuture.supplyAsync(() -> keys.publicKey(new AppName("blog"))))
                    .succeedsWithin(Duration.ofSeconds(60))
                    .asString()
                    .startsWith("ssh-ed25519 ");
        } finally {
            Files.writeString(half, "ssh-ed25519 AAAA\n"); // whoever reads it gets that
            stuck.join();
        }
    }

    private static boolean isReading(Thread thread) {
        for (StackTraceElement frame : thread.getStackTrace()) {
            if (frame.getMethodName().equals("readString") && thread.getStackTrace()[0].isNativeMethod()) {
                return true;
            }
        }
        return false;
    }
}
