package dev.tinyserv.buildpacks.buildpack.staticsite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.buildpack.LanguageStage;
import dev.tinyserv.buildpacks.buildpack.Site;
import dev.tinyserv.buildpacks.process.Command;
import dev.tinyserv.buildpacks.source.FileTree;
import dev.tinyserv.buildpacks.source.MapSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StaticBuildpackTest extends LanguageStage {
    private static final Map<String, String> PATH = Map.of("PATH", "/usr/local/bin:/usr/bin:/bin");

    private final StaticBuildpack buildpack = new StaticBuildpack();

    private Site build() throws IOException {
        return Objects.requireNonNull(build(buildpack).site());
    }

    @ParameterizedTest
    @CsvSource({
        "index.html, '', true",
        "public/index.html, '', true",
        "static.json, '', true",
        "main.html, '', false",
        "index.html, worker: sh work.sh, false",
        "static.json, worker: sh work.sh, true",
        "static.json, web: sh serve.sh, false"
    })
    void isForSitesThatNoProcessServes(String file, String procfile, boolean meant) throws IOException {
        MapSource source = new MapSource().with(file, "{}");
        if (!procfile.isEmpty()) {
            source.with("Procfile", procfile);
        }
        assertThat(buildpack.detects(source)).isEqualTo(meant);
    }

    @Test
    void goesOnWithWhatABundlerMadeUnlessSomethingStartsIt() throws IOException {
        MapSource bundled = new MapSource().with("package.json", "{\"scripts\": {\"build\": \"vite build\"}}");
        assertThat(buildpack.completes(bundled, "node")).isTrue();
        assertThat(buildpack.completes(bundled, "python")).isFalse();
        assertThat(buildpack.completes(bundled.with("static.json", "{}"), "python"))
                .isTrue();
        MapSource started = new MapSource()
                .with("package.json", "{\"scripts\": {\"build\": \"vite build\", \"start\": \"node serve.js\"}}");
        assertThat(buildpack.completes(started, "node")).isFalse();
        assertThat(buildpack.completes(new MapSource().with("package.json", "{}"), "node"))
                .isFalse();
    }

    @Test
    void aSiteThatIsTheWholeAppLosesWhatIsNoPage() throws IOException {
        write("index.html", "<p>");
        write("package.json", "{}");
        write("app.json", "{}");
        write("node_modules/x/index.js", "");

        assertThat(build()).isEqualTo(new Site("", true, false, "404.html"));
        assertThat(app).isDirectoryNotContaining("glob:**/{package.json,app.json,node_modules}");
        assertThat(app.resolve("index.html")).exists();
    }

    @Test
    void onlyTheFolderOfTheSiteIsKept() throws IOException {
        write("package.json", "{\"scripts\": {\"build\": \"x\"}}");
        write("index.html", "the bundler's input");
        write("src/main.ts", "");
        write("dist/index.html", "made");

        assertThat(build().folder()).isEqualTo("dist");
        try (var entries = Files.list(app)) {
            assertThat(entries).containsExactly(app.resolve("dist"));
        }
    }

    @Test
    void theInputOfABundlerIsNeverServedInPlaceOfItsOutput() throws IOException {
        write("package.json", "{\"scripts\": {\"build\": \"x\"}}");
        write("index.html", "the bundler's input");
        assertThatThrownBy(this::build)
                .isInstanceOf(Refusal.class)
                .hasMessageStartingWith("the build left no index.html in dist, build, out, _site or public");
    }

    @Test
    void obeysStaticJson() throws IOException {
        write("static.json", """
                {"root": "./made/", "build": "mkdir made && echo page > made/index.html", "clean_urls": false,
                 "routes": {"/**": "index.html", "/x": "y"}, "error_page": "lost.html", "headers": {}}
                """);

        assertThat(build()).isEqualTo(new Site("made", false, true, "lost.html"));
        assertThat(app.resolve("made/index.html")).hasContent("page");
        assertThat(lines)
                .contains(
                        " !     static.json: left out, because it is not supported: headers",
                        " !     static.json: of routes only \"/**\" is supported; left out: /x");
    }

    @ParameterizedTest
    @CsvSource({
        "'{\"root\": \"../x\"}', static.json: root: expected a path in the app's folder",
        "'{\"root\": 7}', static.json: root: expected a text",
        "'{\"root\": \"nowhere\"}', static.json: root: 'nowhere' is no folder of the app after the build",
        "'{\"clean_urls\": \"yes\"}', static.json: clean_urls: expected true or false",
        "'{\"error_page\": \"/../../etc/passwd\"}', static.json: error_page: expected a path",
        "'{\"build\": \"exit 3\"}', sh -c exit 3 failed with exit status 3",
        "'[]', static.json is no JSON object"
    })
    void refusesWhatItCannotObey(String json, String message) throws IOException {
        write("static.json", json);
        write("index.html", "<p>");
        assertThatThrownBy(this::build).isInstanceOf(Refusal.class).hasMessageStartingWith(message);
    }

    @Test
    void aFolderThatIsALinkIsNoSite() throws IOException {
        Files.createDirectory(folder.resolve("outside"));
        Files.createSymbolicLink(app.resolve("public"), folder.resolve("outside"));
        write("static.json", "{\"root\": \"public\"}");
        assertThatThrownBy(this::build).hasMessageContaining("'public' is no folder of the app");
    }

    @Test
    void aSiteBesideProcessesNeedsItsOwnFolder() throws IOException {
        write("Procfile", "worker: sh work.sh");
        write("static.json", "{}");
        write("index.html", "<p>");
        assertThatThrownBy(this::build).hasMessageContaining("move the pages to public");

        Files.delete(app.resolve("index.html"));
        write("public/index.html", "<p>");
        write("work.sh", "");
        assertThat(build().folder()).isEqualTo("public");
        assertThat(app.resolve("work.sh")).exists();
    }

    @Test
    void largeTextsGetASmallerFormThatHoldsTheSame() throws IOException {
        Path script = write("index.html", "<p>hello</p>".repeat(1000));
        write("small.js", "x");
        write("photo.jpg", "x".repeat(5000));
        write("made.css", "x".repeat(5000));
        write("made.css.gz", "the bundler's own");

        build();

        try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(app.resolve("index.html.gz")))) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo(Files.readString(script));
        }
        assertThat(app).isDirectoryNotContaining("glob:**/{small.js.gz,photo.jpg.gz}");
        assertThat(app.resolve("made.css.gz")).hasContent("the bundler's own");
        assertThat(lines).anyMatch(line -> line.matches(" {7}4 files, \\d+ kB, 1 of them compressed"));
    }

    @Test
    void whatDidNotChangeKeepsItsTime() throws IOException {
        FileTime past = FileTime.from(Instant.parse("2020-01-01T00:00:00Z"));
        write("index.html", "<p>");
        write("other.html", "one");
        build();
        Path times = folder.resolve("cache/static/times");
        Files.writeString(times, Files.readString(times).replaceAll(" \\d+ ", " " + past.toMillis() / 1000 + " "));

        FileTree.delete(app);
        Files.createDirectory(app);
        write("index.html", "<p>");
        write("other.html", "two");
        build();

        assertThat(Files.getLastModifiedTime(app.resolve("index.html"))).isEqualTo(past);
        assertThat(Files.getLastModifiedTime(app.resolve("other.html"))).isGreaterThan(past);
    }

    @Test
    void twoBuildsInOneSecondGiveWhatChangedTwoTimes() throws IOException {
        write("index.html", "111");
        build();
        FileTime first = Files.getLastModifiedTime(app.resolve("index.html"));
        write("index.html", "222");
        build();
        assertThat(Files.getLastModifiedTime(app.resolve("index.html"))).isGreaterThan(first);
    }

    @Test
    void aDamagedRecordOfTimesIsLeftOut() throws IOException {
        write("index.html", "<p>");
        Files.createDirectories(folder.resolve("cache/static"));
        Files.write(folder.resolve("cache/static/times"), new byte[] {(byte) 0xff, ' ', 'x', ' ', 'y', '\n'});
        build();
        assertThat(folder.resolve("cache/static/times")).content().endsWith(" index.html\n");
    }

    @Test
    void nothingIsWrittenWhereALinkThatABuildMadeLeads() throws IOException {
        write("index.html", "<p>");
        Path other = Files.writeString(folder.resolve("other"), "of another app");
        Files.createDirectories(folder.resolve("cache/static"));
        Files.createSymbolicLink(folder.resolve("cache/static/times"), other);
        build();
        assertThat(other).hasContent("of another app");

        FileTree.delete(folder.resolve("cache/static"));
        Path others = Files.createDirectory(folder.resolve("others"));
        Files.createSymbolicLink(folder.resolve("cache/static"), others);
        build();
        assertThat(others).isEmptyDirectory();
        assertThat(folder.resolve("cache/static/times")).content().endsWith(" index.html\n");
    }

    @Test
    void linksAreReplacedOrLeftOut() throws IOException {
        write("index.html", "<p>");
        Files.writeString(folder.resolve("secret"), "secret");
        Files.createSymbolicLink(app.resolve("home.html"), Path.of("index.html"));
        Files.createSymbolicLink(app.resolve("out.html"), folder.resolve("secret"));
        Files.createSymbolicLink(app.resolve("gone.html"), Path.of("nowhere"));
        write(".env", "SECRET=x");
        Files.createSymbolicLink(app.resolve("env.txt"), Path.of(".env"));
        Files.createSymbolicLink(app.resolve("folder"), folder);

        build();

        assertThat(Files.isSymbolicLink(app.resolve("home.html"))).isFalse();
        assertThat(app.resolve("home.html")).hasContent("<p>");
        assertThat(app).isDirectoryNotContaining("glob:**/{out.html,gone.html,folder,env.txt}");
        assertThat(String.join("\n", lines))
                .contains("out.html is left out", "gone.html is left out", "folder is left");
    }

    @Test
    @Timeout(180)
    void aRecordOfTimesThatNeverEndsOrIsTooLongIsLeftOut() throws IOException {
        write("index.html", "<p>");
        Path times = Files.createDirectories(folder.resolve("cache/static")).resolve("times");
        Command.of("mkfifo", times.toString()).environment(PATH).collect();
        build();
        assertThat(times).isRegularFile();

        try (FileChannel file = FileChannel.open(times, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.allocate(1), 1L << 40);
        }
        build();
        assertThat(times).content().endsWith(" index.html\n");
    }
}
