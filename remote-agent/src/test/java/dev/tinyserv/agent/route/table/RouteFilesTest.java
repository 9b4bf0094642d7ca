package dev.tinyserv.agent.route.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinyserv.agent.app.Affinity;
import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.Endpoint;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.buildpack.Site;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouteFilesTest {
    private static final AppName APP = new AppName("app");
    private static final AppRoute ROUTE = new AppRoute(
            APP,
            List.of(new Front.Port(5000), new Front.Host("a.example", "/shop")),
            List.of(new Endpoint("127.0.0.1", 20000)),
            new Otherwise.Page("app is stopped"));
    private static final AppRoute SITE =
            AppRoute.of(new AppName("site"), 5001, List.of(), new Site("/srv/x", true, false, "404.html"), "");

    @TempDir
    Path root;

    private RouteFiles files;

    @BeforeEach
    void open() {
        files = new RouteFiles(root.resolve("routes"));
    }

    @Test
    void whatIsWrittenIsRead() throws IOException {
        files.write(7, ROUTE);
        files.write(8, SITE);

        assertThat(files.read(APP)).contains(new RouteFiles.Versioned(7, ROUTE));
        assertThat(new RouteFiles(root.resolve("routes")).readAll())
                .containsExactlyInAnyOrder(new RouteFiles.Versioned(7, ROUTE), new RouteFiles.Versioned(8, SITE));
        Path file = root.resolve("routes/app.json");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(Files.readString(file)).contains("\"schema\" : 1").contains("\"version\" : 7");
    }

    @Test
    void affinityIsKeptAndLeftOutForNone() throws IOException {
        Path file = root.resolve("routes/app.json");
        files.write(7, ROUTE);
        assertThat(Files.readString(file)).doesNotContain("affinity");

        AppRoute sticky = ROUTE.withAffinity(Affinity.COOKIE);
        files.write(8, sticky);

        assertThat(Files.readString(file)).contains("\"affinity\" : \"cookie\"");
        assertThat(files.read(APP)).contains(new RouteFiles.Versioned(8, sticky));
        Files.writeString(file, Files.readString(file).replace("cookie", "header"));
        assertThat(files.read(APP)).as("a kind of a later version").contains(new RouteFiles.Versioned(8, ROUTE));
    }

    @Test
    void whatIsDeletedIsGone() {
        files.write(7, ROUTE);
        files.delete(APP);
        files.delete(APP);

        assertThat(files.read(APP)).isEmpty();
        assertThat(files.readAll()).isEmpty();
    }

    @Test
    void nothingIsThereBeforeTheFirst() {
        assertThat(files.read(APP)).isEmpty();
        assertThat(files.readAll()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'schema':2,'version':1,'app':'app','fronts':[],'targets':[]} | (not schema 1)",
                "{'schema':1,'version':1,'app':'app','targets':[]}             | ('fronts' is missing",
                "{'schema':1,'version':1,'app':'app','fronts':[]}              | ('targets' is missing",
                "{'schema':1,'version':1,'app':'app','fronts':[null],'targets':[]} | (a value is missing",
            },
            quoteCharacter = '"')
    void whatIsWrongWithAFileIsSaidInOurWords(String content, String why) throws IOException {
        Files.createDirectories(root.resolve("routes"));
        Files.writeString(root.resolve("routes/app.json"), content.replace('\'', '"'));

        assertThatThrownBy(() -> files.read(APP))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining(why)
                .message()
                .contains("app.json")
                .doesNotContain("Cannot invoke", "java.", "because");
    }

    @Test
    void oneDamagedFileTakesNoOtherWithIt() throws IOException {
        files.write(7, ROUTE);
        files.write(8, SITE);
        Files.writeString(root.resolve("routes/app.json"), "{\"schema\": 1, \"version\"");

        assertThatThrownBy(() -> files.read(APP)).isInstanceOf(Refusal.class).hasMessageContaining("app.json");
        assertThat(files.readAll()).containsExactly(new RouteFiles.Versioned(8, SITE));
    }

    @Test
    void whatIsNoFileOfOursIsNotRead() throws IOException {
        files.write(7, ROUTE);
        Path elsewhere = Files.move(root.resolve("routes/app.json"), root.resolve("elsewhere.json"));
        Files.createSymbolicLink(root.resolve("routes/app.json"), elsewhere);
        Files.createDirectories(root.resolve("routes/folder.json"));
        Files.copy(elsewhere, root.resolve("routes/other.json"));
        Files.copy(elsewhere, root.resolve("routes/.tmp-1-1.json"));

        assertThat(files.readAll()).isEmpty();
        for (String name : List.of("app", "folder", "other")) {
            assertThatThrownBy(() -> files.read(new AppName(name)))
                    .isInstanceOf(Refusal.class)
                    .hasMessageContaining(name + ".json")
                    .hasMessageContaining("move it away");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{}",
                "{'schema':2,'version':1,'app':'app','fronts':[{'port':1}],'targets':[]}",
                "{'schema':1,'version':1,'app':'app','fronts':[],'targets':[]}",
                "{'schema':1,'version':1,'app':'app','fronts':[{'path':'/'}],'targets':[]}",
                "{'schema':1,'version':1,'app':'app','fronts':[{'port':0}],'targets':[]}",
                "{'schema':1,'version':1,'app':'app','fronts':[{'host':'','prefix':''}],'targets':[]}",
                "{'schema':1,'version':1,'app':'app','fronts':[null],'targets':[]}",
                "{'schema':1,'version':1,'app':'app','fronts':[{'port':1}],'targets':[{'host':'a.example','port':1}]}",
                "{'schema':1,'version':1,'app':'../app','fronts':[{'port':1}],'targets':[]}",
                "{'schema':1,'version':1,'app':null,'fronts':[{'port':1}],'targets':[]}",
                "{'schema':1,'schema':1,'version':1,'app':'app','fronts':[{'port':1}],'targets':[]}",
            })
    void whatMakesNoSenseIsRefusedWithTheNameOfItsFile(String content) throws IOException {
        files.write(8, SITE);
        Files.writeString(root.resolve("routes/app.json"), content.replace('\'', '"'));

        assertThatThrownBy(() -> files.read(APP)).isInstanceOf(Refusal.class).hasMessageContaining("routes/app.json");
        assertThat(files.readAll()).containsExactly(new RouteFiles.Versioned(8, SITE));
    }

    @Test
    void whatALaterVersionAddsIsPassedOver() throws IOException {
        files.write(8, SITE);
        Files.writeString(root.resolve("routes/app.json"), """
                {"schema":1,"version":9,"app":"app","pause":true,"reason":"r",
                 "fronts":[{"port":5000,"tls":"on"},{"path":"/x"}],"targets":[]}
                """);

        AppRoute route = AppRoute.of(APP, 5000, List.of(), null, "r");
        assertThat(files.read(APP)).contains(new RouteFiles.Versioned(9, route));
    }

    @Test
    void manyAreReadOldestChangeFirst() {
        for (int i = 0; i < 5000; i++) {
            files.writeSoon(5000 - i, AppRoute.of(new AppName("app-" + i), 10_000 + i, List.of(), null, "stopped"));
        }

        List<RouteFiles.Versioned> all = files.readAll();

        assertThat(all).hasSize(5000).isSortedAccordingTo(Comparator.comparingLong(RouteFiles.Versioned::version));
        files.deleteAll();
        assertThat(files.readAll()).isEmpty();
    }
}
