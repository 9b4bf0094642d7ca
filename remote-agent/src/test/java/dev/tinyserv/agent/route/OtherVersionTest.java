package dev.tinyserv.agent.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinyserv.agent.AgentSettings;
import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.agent.event.Events;
import dev.tinyserv.agent.route.control.RouterClient;
import dev.tinyserv.agent.route.table.AppRoute;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.fixtures.Ports;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** An agent or a router of version 0.1 meets one of this version, as during a restart forth or back. */
class OtherVersionTest {
    private static final AppName OTHER = new AppName("other");

    @TempDir
    Path root;

    private final Map<String, String> portErrors = new ConcurrentHashMap<>();

    /** What the router of version 0.1 says: it takes tables, and refuses what it does not know. */
    private String old(String kind, JsonNode question) {
        return switch (kind) {
            case "table" ->
                "'kind':'done','version':" + question.path("version") + ",'portErrors':"
                        + FakeRouter.JSON.writeValueAsString(portErrors);
            case "status" ->
                "'kind':'done','version':41,'status':{'pid':7,'version':41,'ports':[],'portErrors':{},"
                        + "'underWay':0,'transport':'epoll'}";
            default -> "'kind':'refused','text':'the router does not know it'";
        };
    }

    /** The agent of version 0.1: it knows a table and a status, and no files. */
    private static final class OldAgent implements AutoCloseable {
        private final SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        private final BufferedReader in;

        OldAgent(Layout layout) throws IOException {
            channel.connect(UnixDomainSocketAddress.of(layout.routerSocket()));
            in = FakeRouter.reader(channel);
        }

        JsonNode ask(String question) throws IOException {
            FakeRouter.write(channel, question);
            return FakeRouter.JSON.readTree(in.readLine());
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    @Test
    void anOldAgentTakesThisRouterOverAndGivesItBack() throws Exception {
        try (Backend ours = Backend.named("ours");
                Backend theirs = Backend.named("theirs");
                RunningRouter router = RunningRouter.in(root).routing(ours.endpoint())) {
            Layout layout = router.settings.layout();
            int port = Ports.one();
            router.client.close();
            try (OldAgent agent = new OldAgent(layout)) {
                JsonNode status = agent.ask("{'schema':1,'id':-1,'kind':'status'}");
                long version = status.path("version").asLong();
                assertThat(status.path("kind").asString()).isEqualTo("done");
                assertThat(status.path("status").path("pid").asLong())
                        .isEqualTo(ProcessHandle.current().pid());
                String table = "'schema':1,'id':9,'kind':'table','version':" + (version + 1)
                        + ",'routes':[{'app':'other','port':" + port + ",'targets':[{'host':'127.0.0.1','port':"
                        + theirs.endpoint().port() + "}],'reason':'x'}]";
                JsonNode done = agent.ask("{" + table + "}");
                assertThat(done.path("kind").asString()).as(done.toString()).isEqualTo("done");
                assertThat(done.path("id").asLong()).isEqualTo(9);
            }
            assertThat(Wire.get(port, "/").body()).isEqualTo("theirs");
            assertThatThrownBy(() -> Wire.get(router.port, "/")).isInstanceOf(IOException.class);
            assertThat(FakeRouter.JSON
                            .readTree(Files.readString(layout.routeTable()))
                            .path("routes")
                            .get(0)
                            .propertyNames())
                    .containsExactlyInAnyOrder("app", "port", "reason", "site", "targets");
            assertThat(layout.routes()).isEmptyDirectory();

            router.router.kill();
            router.router = Router.start(router.settings.router());
            assertThat(Wire.get(port, "/").body()).isEqualTo("theirs");

            try (RouterClient back = new RouterClient(layout, router.events)) {
                back.begin(List.of(
                        AppRoute.of(RunningRouter.APP, router.port, List.of(ours.endpoint()), null, ""),
                        AppRoute.of(OTHER, port, List.of(), null, "stopped")));
                assertThat(back.awaitReady(Duration.ofSeconds(20))).isTrue();
                assertThat(Wire.get(router.port, "/").body()).isEqualTo("ours");
                assertThat(Wire.get(port, "/").status()).isEqualTo(503);
                assertThat(layout.routeTable()).doesNotExist();
                assertThat(layout.routes().resolve("other.json")).exists();
            }
        }
    }

    @Test
    void anOldRouterGetsTablesUntilThisOneTakesItsPlace() throws Exception {
        Layout layout = new Layout(root);
        try (Backend app = Backend.named("app");
                RouterClient client = new RouterClient(layout, new Events())) {
            int port = Ports.one();
            try (FakeRouter old = new FakeRouter(layout, this::old)) {
                client.begin(List.of(AppRoute.of(RunningRouter.APP, port, List.of(app.endpoint()), null, "")));
                assertThat(client.awaitReady(Duration.ofSeconds(20))).isTrue();
                JsonNode first = old.heard("table").get(0);
                assertThat(first.path("version").asLong()).isEqualTo(42);
                assertThat(first.path("routes").get(0).propertyNames())
                        .containsExactlyInAnyOrder("app", "port", "reason", "site", "targets");
                assertThat(first.path("routes")
                                .get(0)
                                .path("targets")
                                .get(0)
                                .path("port")
                                .asInt())
                        .isEqualTo(app.endpoint().port());

                int other = Ports.one();
                portErrors.put(String.valueOf(other), "address in use");
                assertThatThrownBy(() -> RunningRouter.set(client, OTHER, other, List.of(), null, "stopped"))
                        .isInstanceOf(Refusal.class)
                        .hasMessageContaining("port " + other + " of other: address in use");
                portErrors.clear();
                client.remove(OTHER);
                JsonNode last = old.heard("table").get(old.heard("table").size() - 1);
                assertThat(last.path("routes")).hasSize(1);
                assertThat(last.path("version").asLong()).isGreaterThan(43);
                assertThat(old.heard)
                        .allMatch(question -> List.of("status", "table")
                                .contains(question.path("kind").asString()));
            }
            AgentSettings settings = RunningRouter.settings(root);
            try (Router router = Router.start(settings.router())) {
                assertThat(router.buffersInUse()).isZero();
                assertThat(client.awaitReady(Duration.ofSeconds(20))).isTrue();
                RunningRouter.await(() -> client.isConnected());
                RunningRouter.set(client, RunningRouter.APP, port, List.of(app.endpoint()), null, "again");
                assertThat(Wire.get(port, "/").body()).isEqualTo("app");
            }
        }
    }

    /** A router that begins when both are there: the table of 0.1 was the last to be acknowledged, or a file is later. */
    @Test
    void ofATableAndFilesTheLaterOneCounts() throws Exception {
        AgentSettings settings = RunningRouter.settings(root);
        Layout layout = settings.layout();
        int a = Ports.one();
        int b = Ports.one();
        int c = Ports.one();
        Files.createDirectories(layout.routes());
        Files.writeString(
                layout.routeTable(),
                json("{'schema':1,'version':5,'routes':[" + route("a", a, "table") + "," + route("b", b, "table")
                        + "]}"));
        file(layout, "a", 6, a);
        file(layout, "b", 4, b);
        file(layout, "c", 3, c);
        try (Router router = Router.start(settings.router())) {
            assertThat(router.buffersInUse()).isZero();
            assertThat(Wire.get(a, "/").body()).isEqualTo("file\n");
            assertThat(Wire.get(b, "/").body()).isEqualTo("table\n");
            assertThatThrownBy(() -> Wire.get(c, "/")).isInstanceOf(IOException.class);
        }
    }

    private static String route(String app, int port, String reason) {
        return "{'app':'" + app + "','port':" + port + ",'targets':[],'site':null,'reason':'" + reason + "'}";
    }

    private static void file(Layout layout, String app, int version, int port) throws IOException {
        Files.writeString(
                layout.routes().resolve(app + ".json"),
                json("{'schema':1,'version':" + version + ",'app':'" + app + "','fronts':[{'port':" + port
                        + "}],'targets':[],'reason':'file'}"));
    }

    private static String json(String text) {
        return text.replace('\'', '"');
    }
}
