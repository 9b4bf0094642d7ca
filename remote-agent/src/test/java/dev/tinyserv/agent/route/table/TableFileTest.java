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
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TableFileTest {
    @TempDir
    Path root;

    private static List<AppRoute> routes(int port, String reason) {
        return List.of(AppRoute.of(new AppName("a"), port, List.of(), null, reason));
    }

    private static long version(TableFile file) {
        return file.read().orElseThrow().version();
    }

    @Test
    void aTableOfFiveThousandAppsIsTaken() {
        List<AppRoute> routes = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            List<Endpoint> targets =
                    List.of(new Endpoint("127.0.0.1", 20000 + i), new Endpoint("127.0.0.1", 40000 + i));
            routes.add(AppRoute.of(new AppName("app-" + i), 1000 + i, targets, null, "the app is not running"));
        }
        TableFile file = new TableFile(root.resolve("routes.json"));
        file.write(7, routes);

        assertThat(file.read()).contains(new TableFile.Kept(7, routes));
    }

    @Test
    void aTableIsNotWrittenAgainUntilItOrTheFileHasChanged() throws IOException {
        List<AppRoute> routes = routes(1000, "the app is not running");
        new TableFile(root.resolve("routes.json")).write(7, routes);
        TableFile file = new TableFile(root.resolve("routes.json"));
        assertThat(version(file)).isEqualTo(7);
        String mark = file.mark();

        file.write(8, routes);
        assertThat(file.mark()).isEqualTo(mark);

        List<AppRoute> others = routes(1001, "stopped");
        file.write(9, others);
        assertThat(version(file)).isEqualTo(9);

        Files.delete(root.resolve("routes.json"));
        file.write(10, others);
        assertThat(version(file)).isEqualTo(10);

        Files.writeString(root.resolve("routes.json"), "{ torn");
        assertThat(file.read()).isEmpty();
        file.write(11, others);
        assertThat(version(file)).isEqualTo(11);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"app\":\"a\",\"port\":0,\"targets\":[],\"reason\":\"\"}",
                "{\"app\":\"a\",\"port\":1,\"targets\":null,\"reason\":\"\"}",
                "{\"app\":\"a\",\"port\":1,\"targets\":[{\"host\":\"a.example\",\"port\":1}],\"reason\":\"\"}",
                "{\"app\":\"b\",\"port\":2,\"targets\":[],\"reason\":\"\"},{\"app\":\"a\",\"port\":2,\"targets\":[],\"reason\":\"\"}",
            })
    void aTableThatMakesNoSenseIsSetAside(String routes) throws IOException {
        Path file = Files.writeString(
                root.resolve("routes.json"), "{\"schema\":1,\"version\":1,\"routes\":[" + routes + "]}");

        assertThat(new TableFile(file).read()).isEmpty();

        assertThat(root.resolve("routes.json.damaged")).exists();
    }

    @Test
    void frontsThatTheVersionBeforeDoesNotKnowAreKept() throws IOException {
        Front.Host host = new Front.Host("a.example", "/shop");
        List<Endpoint> targets = List.of(new Endpoint("127.0.0.1", 20000));
        Otherwise otherwise = new Otherwise.Page("stopped");
        AppRoute both = new AppRoute(new AppName("both"), List.of(new Front.Port(5000), host), targets, otherwise);
        AppRoute port = AppRoute.of(new AppName("port"), 5001, targets, null, "stopped");
        AppRoute none =
                new AppRoute(new AppName("none"), List.of(new Front.Host("b.example", "")), List.of(), otherwise);
        Path path = root.resolve("routes.json");
        new TableFile(path).write(7, List.of(both, port, none));

        TableFile.Kept kept = new TableFile(path).read().orElseThrow();

        assertThat(kept.version()).isEqualTo(7);
        assertThat(kept.routes()).containsExactlyInAnyOrder(both, port, none);
        new TableFile(path).write(8, List.of(port));
        assertThat(Files.readString(path)).doesNotContain("\"apps\"");
    }

    @Test
    void affinityIsKept() throws IOException {
        AppRoute sticky = AppRoute.of(new AppName("a"), 5000, List.of(new Endpoint("127.0.0.1", 20000)), null, "x")
                .withAffinity(Affinity.COOKIE);
        Path path = root.resolve("routes.json");
        new TableFile(path).write(7, List.of(sticky));

        assertThat(new TableFile(path).read()).contains(new TableFile.Kept(7, List.of(sticky)));
    }

    @Test
    void whoOnlyLooksLeavesADamagedTableWhereItIs() throws IOException {
        Path path = Files.writeString(root.resolve("routes.json"), "{\"schema\":1,\"routes\":[null],\"version\":1}");

        assertThatThrownBy(() -> new TableFile(path).look())
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("routes.json");

        assertThat(path).exists();
        assertThat(root.resolve("routes.json.damaged")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'schema':2,'version':1,'routes':[]}    | (not schema 1)",
                "{'schema':1,'version':1}                | ('routes' is missing",
                "{'schema':1,'version':1,'routes':[{'app':'a','port':1,'reason':''}]} | ('targets' is missing",
            },
            quoteCharacter = '"')
    void whatIsWrongWithATableIsSaidInOurWords(String content, String why) throws IOException {
        Path path = Files.writeString(root.resolve("routes.json"), content.replace('\'', '"'));

        assertThatThrownBy(() -> new TableFile(path).look())
                .isInstanceOf(Refusal.class)
                .hasMessageContaining(why)
                .message()
                .contains("routes.json")
                .doesNotContain("Cannot invoke", "java.", "because");
    }

    @Test
    void aTableOfTheVersionBeforeIsRead() throws IOException {
        Path file = Files.writeString(root.resolve("routes.json"), """
                {
                  "routes" : [ {
                    "app" : "page",
                    "port" : 5001,
                    "reason" : "",
                    "site" : { "cleanUrls" : true, "folder" : "/srv/x", "notFound" : "404.html", "singlePage" : false },
                    "targets" : [ ]
                  }, {
                    "app" : "web",
                    "port" : 5000,
                    "reason" : "web is stopped",
                    "site" : null,
                    "targets" : [ { "host" : "127.0.0.1", "port" : 20000 } ]
                  } ],
                  "schema" : 1,
                  "version" : 12
                }
                """);

        TableFile.Kept kept = new TableFile(file).read().orElseThrow();

        assertThat(kept.version()).isEqualTo(12);
        assertThat(kept.routes())
                .containsExactly(
                        AppRoute.of(
                                new AppName("page"), 5001, List.of(), new Site("/srv/x", true, false, "404.html"), ""),
                        AppRoute.of(
                                new AppName("web"),
                                5000,
                                List.of(new Endpoint("127.0.0.1", 20000)),
                                null,
                                "web is stopped"));
    }
}
