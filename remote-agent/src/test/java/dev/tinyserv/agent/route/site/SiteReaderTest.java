package dev.tinyserv.agent.route.site;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.agent.route.http.Head;
import dev.tinyserv.agent.route.http.Request;
import dev.tinyserv.agent.route.http.RequestRules;
import dev.tinyserv.buildpacks.buildpack.Site;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SiteReaderTest {
    @TempDir
    Path folder;

    private final SiteReader reader = new SiteReader();

    private ReadyReply read(String method, String path) throws Exception {
        ByteBuf in = Unpooled.copiedBuffer(
                method + " " + path + " HTTP/1.1\r\nHost: a\r\n\r\n", StandardCharsets.ISO_8859_1);
        Head head = new Head(RequestRules.MAX_FIELDS);
        head.read(in, in.readableBytes(), true);
        Request request = RequestRules.check(head);
        return reader.read(new Site(folder.toString(), false, false, "404.html"), head, request)
                .get(60, TimeUnit.SECONDS);
    }

    private void write(String name, int bytes) throws IOException {
        Files.writeString(folder.resolve(name), "x".repeat(bytes));
    }

    @Test
    void aSmallFileHasBeenRead() throws Exception {
        write("small.txt", 16 * 1024);

        ReadyReply ready = read("GET", "/small.txt");

        assertThat(ready.reply().status()).isEqualTo(200);
        assertThat(ready.body()).hasSize(16 * 1024).containsOnly('x');
        assertThat(ready.file()).isNull();
    }

    @Test
    void aLargeFileIsOpenUntilItIsSentOrDiscarded() throws Exception {
        write("large.txt", 16 * 1024 + 1);

        ReadyReply ready = read("GET", "/large.txt");

        FileChannel file = Objects.requireNonNull(ready.file());
        assertThat(ready.body()).isEmpty();
        assertThat(file.isOpen()).isTrue();
        ready.discard();
        assertThat(file.isOpen()).isFalse();
    }

    @Test
    void forHeadNothingIsOpened() throws Exception {
        write("large.txt", 16 * 1024 + 1);

        ReadyReply ready = read("HEAD", "/large.txt");

        assertThat(ready.reply().status()).isEqualTo(200);
        assertThat(ready.body()).isEmpty();
        assertThat(ready.file()).isNull();
    }

    @Test
    void aLinkIsNotFollowedOutOfTheFolder() throws Exception {
        Path elsewhere = Files.createTempDirectory(folder.getParent(), "elsewhere");
        Files.writeString(elsewhere.resolve("secret.txt"), "secret");
        Files.createSymbolicLink(folder.resolve("way"), elsewhere);
        Files.createSymbolicLink(folder.resolve("secret.txt"), elsewhere.resolve("secret.txt"));

        assertThat(read("GET", "/way/secret.txt").reply().status()).isEqualTo(404);
        assertThat(read("GET", "/secret.txt").reply().status()).isEqualTo(404);
    }
}
