package dev.tinyserv.agent.route.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.Endpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableFileTest {
    @TempDir
    Path root;

    @Test
    void aTableOfFiveThousandAppsIsTaken() throws Exception {
        RouteTable table = RouteTable.empty();
        List<AppRoute> routes = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            List<Endpoint> targets =
                    List.of(new Endpoint("127.0.0.1", 20000 + i), new Endpoint("127.0.0.1", 40000 + i));
            routes.add(new AppRoute(new AppName("app-" + i), 1000 + i, targets, null, "the app is not running"));
        }
        TableFile file = new TableFile(root.resolve("routes.json"));
        file.write(table.next(7, routes));
        RouteTable read = file.read(table);
        assertThat(read.version()).isEqualTo(7);
        assertThat(read.wanted()).hasSize(5000);
    }

    @Test
    void aTableIsNotWrittenAgainUntilItOrTheFileHasChanged() throws Exception {
        List<AppRoute> routes =
                List.of(new AppRoute(new AppName("a"), 1000, List.of(), null, "the app is not running"));
        new TableFile(root.resolve("routes.json")).write(RouteTable.empty().next(7, routes));
        TableFile file = new TableFile(root.resolve("routes.json"));
        RouteTable read = file.read(RouteTable.empty());
        String mark = file.mark();

        file.write(read.next(8, routes));
        assertThat(file.mark()).isEqualTo(mark);

        List<AppRoute> others = List.of(new AppRoute(new AppName("a"), 1001, List.of(), null, "stopped"));
        file.write(read.next(9, others));
        assertThat(file.read(RouteTable.empty()).version()).isEqualTo(9);

        Files.delete(root.resolve("routes.json"));
        file.write(read.next(10, others));
        assertThat(file.read(RouteTable.empty()).version()).isEqualTo(10);

        Files.writeString(root.resolve("routes.json"), "{ torn");
        assertThat(file.read(RouteTable.empty()).wanted()).isEmpty();
        file.write(read.next(11, others));
        assertThat(file.read(RouteTable.empty()).version()).isEqualTo(11);
    }
}
