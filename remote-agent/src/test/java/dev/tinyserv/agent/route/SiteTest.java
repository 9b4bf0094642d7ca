package dev.tinyserv.agent.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.buildpacks.buildpack.Site;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that the router serves itself, asked for over real connections. */
class SiteTest extends RouterStage {
    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz";

    private Path folder;

    @BeforeEach
    void start() throws IOException {
        folder = Files.createDirectory(root.resolve("site"));
        write("index.html", "<p>home</p>");
        write("about.html", "<p>about</p>");
        write("letters.txt", ALPHABET);
        write("guide/index.html", "<p>guide</p>");
        serve(true, false);
    }

    private void write(String name, String content) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-01-02T03:04:05Z")));
    }

    private void serve(boolean cleanUrls, boolean singlePage) {
        RunningRouter.set(
                router.client,
                RunningRouter.APP,
                router.port,
                List.of(),
                new Site(folder.toString(), cleanUrls, singlePage, "404.html"),
                "");
    }

    private Wire.Answer get(String path, String... fields) throws IOException {
        return Wire.ask(router.port, request("GET", path, fields));
    }

    private static String request(String method, String path, String... fields) {
        StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: site.test\r\n");
        for (String field : fields) {
            head.append(field).append("\r\n");
        }
        return head.append("\r\n").toString();
    }

    @Test
    void findsPagesByTheirNamesAndFolders() throws IOException {
        assertThat(get("/").body()).isEqualTo("<p>home</p>");
        assertThat(get("/about.html").body()).isEqualTo("<p>about</p>");
        assertThat(get("/about?x=1").body()).isEqualTo("<p>about</p>");
        assertThat(get("/guide/").body()).isEqualTo("<p>guide</p>");
        Wire.Answer moved = get("/guide?x=1");
        assertThat(moved.status()).isEqualTo(301);
        assertThat(moved.says("Location: /guide/?x=1")).isTrue();

        serve(false, false);
        assertThat(get("/about").status()).isEqualTo(404);
    }

    @Test
    void saysWhatAFileIs() throws IOException {
        Wire.Answer page = get("/");
        assertThat(page.says("Content-Type: text/html; charset=utf-8")).isTrue();
        assertThat(page.says("X-Content-Type-Options: nosniff")).isTrue();
        assertThat(page.says("Cache-Control: no-cache")).isTrue();
        assertThat(page.says("Last-Modified: Fri, 02 Jan 2026 03:04:05 GMT")).isTrue();
        assertThat(page.head()).contains("\r\nDate: ");
        write("data", "x");
        assertThat(get("/data").says("Content-Type: application/octet-stream")).isTrue();
    }

    @Test
    void tellsOfNothingWithThePageForThatOrALine() throws IOException {
        assertThat(get("/nowhere").body()).isEqualTo("there is no such page\n");
        write("404.html", "<p>lost</p>");
        for (String path : List.of("/nowhere", "/guide/nowhere/", "/..%2fetc", "/letters.txt/more", "/.git/config")) {
            Wire.Answer missing = get(path);
            assertThat(missing.status()).as(path).isEqualTo(404);
            assertThat(missing.body()).as(path).isEqualTo("<p>lost</p>");
        }
    }

    @Test
    void aSinglePageAnswersWhatIsNoFile() throws IOException {
        serve(true, true);
        assertThat(get("/customers/7").body()).isEqualTo("<p>home</p>");
        assertThat(get("/customers/7").status()).isEqualTo(200);
        assertThat(get("/missing.js").status()).isEqualTo(404);
        assertThat(get("/people/jo.doe", "Accept: text/html,*/*").status()).isEqualTo(200);
        assertThat(get("/about").body()).isEqualTo("<p>about</p>");
    }

    @Test
    void linksAndFoldersAreNotServed() throws IOException {
        Files.writeString(root.resolve("secret"), "secret");
        Files.createSymbolicLink(folder.resolve("link.html"), root.resolve("secret"));
        Files.createDirectory(folder.resolve("empty"));
        assertThat(get("/link.html").status()).isEqualTo(404);
        assertThat(get("/empty").status()).isEqualTo(404);
        assertThat(get("/empty/").status()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/out/secret.html",
                "/out/secret",
                "/out/deep/secret.html",
                "/out/deep/",
                "/out/deep",
                "/in/index.html",
                "/in/",
                "/in",
                "/guide/up/secret.html",
                "/guide/self/index.html",
                "/guide/self/self/self/index.html",
                "/out/packed.txt",
            })
    void noLinkIsFollowedWhereverItIsInThePath(String path) throws IOException {
        Path outside = Files.createDirectories(root.resolve("outside"));
        Files.createDirectories(outside.resolve("deep"));
        for (String name :
                List.of("secret.html", "deep/secret.html", "deep/index.html", "packed.txt", "packed.txt.gz")) {
            Files.writeString(outside.resolve(name), "secret");
        }
        Files.createSymbolicLink(folder.resolve("out"), outside);
        Files.createSymbolicLink(folder.resolve("in"), folder.resolve("guide"));
        Files.createSymbolicLink(folder.resolve("guide/up"), Path.of("../../outside"));
        Files.createSymbolicLink(folder.resolve("guide/self"), Path.of("."));

        Wire.Answer answer = get(path, "Accept-Encoding: gzip");

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.body()).doesNotContain("secret", "guide");
        assertThat(get("/guide/").body()).isEqualTo("<p>guide</p>");
    }

    @Test
    void theSitesOwnFolderMayBeBehindALink() throws IOException {
        Files.createSymbolicLink(root.resolve("way"), root);
        folder = root.resolve("way/site");
        serve(true, false);

        assertThat(get("/guide/").body()).isEqualTo("<p>guide</p>");
        assertThat(get("/letters.txt").body()).isEqualTo(ALPHABET);
    }

    @Test
    void servesTheSmallerFormToThoseWhoTakeIt() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(ALPHABET.getBytes(StandardCharsets.UTF_8));
        }
        Files.write(folder.resolve("letters.txt.gz"), bytes.toByteArray());

        Wire.Answer plain = get("/letters.txt", "Accept-Encoding: br, gzip;q=0");
        Wire.Answer small = get("/letters.txt", "Accept-Encoding: br, GZip;q=0.8");

        assertThat(plain.body()).isEqualTo(ALPHABET);
        assertThat(plain.says("Vary: Accept-Encoding")).isTrue();
        assertThat(small.says("Content-Encoding: gzip")).isTrue();
        assertThat(small.says("Content-Type: text/plain; charset=utf-8")).isTrue();
        byte[] body = small.body().getBytes(StandardCharsets.ISO_8859_1);
        assertThat(new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes())
                .asString(StandardCharsets.UTF_8)
                .isEqualTo(ALPHABET);
        assertThat(etag(small)).isNotEqualTo(etag(plain));
    }

    private static String etag(Wire.Answer answer) {
        return answer.head().replaceAll("(?s).*\r\nETag: ([^\r]*)\r\n.*", "$1");
    }

    @Test
    void sendsNothingThatTheClientHas() throws IOException {
        String etag = etag(get("/"));
        for (String field : List.of(
                "If-None-Match: " + etag,
                "If-None-Match: \"other\", W/" + etag,
                "If-None-Match: *",
                "If-Modified-Since: Fri, 02 Jan 2026 03:04:05 GMT")) {
            Wire.Answer same = get("/", field);
            assertThat(same.status()).as(field).isEqualTo(304);
            assertThat(etag(same)).isEqualTo(etag);
        }
        for (String field : List.of(
                "If-None-Match: \"other\"",
                "If-Modified-Since: Fri, 02 Jan 2026 03:04:04 GMT",
                "If-Modified-Since: yesterday")) {
            assertThat(get("/", field).status()).as(field).isEqualTo(200);
        }
        assertThat(get("/", "If-Match: \"other\"").status()).isEqualTo(412);
        assertThat(get("/", "If-Match: " + etag).status()).isEqualTo(200);
        assertThat(get("/", "If-Match: *").status()).isEqualTo(200);
        assertThat(get("/", "If-Match: \"other\", " + etag).status()).isEqualTo(200);
        assertThat(get("/", "If-Match: \"other\"", "If-Match: " + etag).status())
                .isEqualTo(200);
        for (String never : List.of(
                "",
                etag + "garbage",
                etag + etag,
                etag + " x, W/x",
                "W/" + etag,
                "\"other\", W/" + etag,
                "\"a,*,b\"",
                "\"a, " + etag,
                "W/*",
                "*, *")) {
            assertThat(get("/", "If-Match: " + never).status()).as(never).isEqualTo(412);
        }
        assertThat(get("/", "If-Match: W/" + etag, "If-None-Match: " + etag).status())
                .isEqualTo(412);
        assertThat(get("/", "If-None-Match: \"a,*,b\"").status()).isEqualTo(200);
        assertThat(get("/", "If-Unmodified-Since: Fri, 02 Jan 2026 03:04:04 GMT")
                        .status())
                .isEqualTo(412);
    }

    @ParameterizedTest
    @CsvSource({
        "bytes=0-2, 206, abc, bytes 0-2/26",
        "Bytes=0-2, 206, abc, bytes 0-2/26",
        "bytes=23-, 206, xyz, bytes 23-25/26",
        "bytes=-2, 206, yz, bytes 24-25/26",
        "bytes=24-99, 206, yz, bytes 24-25/26",
        "bytes=-99, 206, abcdefghijklmnopqrstuvwxyz, bytes 0-25/26",
        "bytes=26-, 416, the file has 26 bytes, bytes */26",
        "bytes=-0, 416, the file has 26 bytes, bytes */26",
        "bytes=5-3, 200, abcdefghijklmnopqrstuvwxyz, ''",
        "lines=1-2, 200, abcdefghijklmnopqrstuvwxyz, ''",
        "'bytes=0-1,4-5', 200, abcdefghijklmnopqrstuvwxyz, ''",
        "bytes=99999999999999999999-, 416, the file has 26 bytes, bytes */26",
        "bytes=23-99999999999999999999, 206, xyz, bytes 23-25/26",
        "bytes=-99999999999999999999, 206, abcdefghijklmnopqrstuvwxyz, bytes 0-25/26",
        "bytes=0000000000000000000000-0000000000000000000002, 206, abc, bytes 0-2/26",
        "bytes=99999999999999999999-99999999999999999998, 200, abcdefghijklmnopqrstuvwxyz, ''",
        "'bytes=0-2,', 206, abc, bytes 0-2/26",
        "'bytes= ,, 0-2 , ,', 206, abc, bytes 0-2/26",
        "'bytes=,', 200, abcdefghijklmnopqrstuvwxyz, ''"
    })
    void sendsThePartThatIsAskedFor(String range, int status, String body, String contentRange) throws IOException {
        Wire.Answer part = get("/letters.txt", "Range: " + range);
        assertThat(part.status()).isEqualTo(status);
        assertThat(part.body().strip()).isEqualTo(body);
        if (!contentRange.isEmpty()) {
            assertThat(part.says("Content-Range: " + contentRange)).isTrue();
        }
    }

    @Test
    void aPartOfAnotherVersionIsNeverMixedIn() throws IOException {
        String etag = etag(get("/letters.txt"));
        assertThat(get("/letters.txt", "Range: bytes=0-1", "If-Range: " + etag).status())
                .isEqualTo(206);
        assertThat(get("/letters.txt", "Range: bytes=0-1", "If-Range: W/" + etag)
                        .status())
                .isEqualTo(200);
        assertThat(get("/letters.txt", "Range: bytes=0-1", "If-Range: \"other\"")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void onlyGetAndHeadAreServed() throws IOException {
        Wire.Answer refused = Wire.ask(router.port, request("POST", "/", "Content-Length: 3") + "abc");
        assertThat(refused.status()).isEqualTo(405);
        assertThat(refused.says("Allow: GET, HEAD")).isTrue();
        try (Wire wire = new Wire(router.port)) {
            Wire.Answer head = wire.send(request("HEAD", "/letters.txt")).answer(true);
            assertThat(head.says("Content-Length: 26")).isTrue();
            assertThat(wire.send(request("GET", "/")).answer().body()).isEqualTo("<p>home</p>");
        }
    }

    @Test
    void aLargeFileAndWhatIsAskedBehindItComeWhole() throws IOException {
        String large = ALPHABET.repeat(100_000);
        write("large.txt", large);
        try (Wire wire = new Wire(router.port)) {
            wire.send(request("GET", "/large.txt") + request("GET", "/letters.txt") + request("GET", "/large.txt"));
            assertThat(wire.answer().body()).isEqualTo(large);
            assertThat(wire.answer().body()).isEqualTo(ALPHABET);
            assertThat(wire.answer().body()).isEqualTo(large);
        }
    }

    @Test
    void aClientThatLeavesInTheMiddleHarmsNobody() throws IOException {
        write("large.txt", ALPHABET.repeat(400_000));
        for (int i = 0; i < 20; i++) {
            try (Wire wire = new Wire(router.port)) {
                wire.send(request("GET", "/large.txt"));
                assertThat(wire.in.readNBytes(1000)).hasSize(1000);
            }
        }
        assertThat(get("/letters.txt").body()).isEqualTo(ALPHABET);
    }

    @Test
    void anEmptyFileIsAnEmptyPage() throws IOException {
        write("empty.txt", "");
        assertThat(get("/empty.txt").status()).isEqualTo(200);
        assertThat(get("/empty.txt").body()).isEmpty();
    }
}
