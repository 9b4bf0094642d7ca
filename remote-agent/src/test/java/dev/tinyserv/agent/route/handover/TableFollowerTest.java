package dev.tinyserv.agent.route.handover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.agent.AgentSettings;
import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.route.control.FailureNotices;
import dev.tinyserv.agent.route.proxy.Traffic;
import dev.tinyserv.agent.route.table.AppRoute;
import dev.tinyserv.agent.route.table.TableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableFollowerTest {
    private static final AppRoute ROUTE = AppRoute.of(new AppName("shop"), 5000, List.of(), null, "shop is stopped");

    @TempDir
    Path root;

    @Test
    void aTableThatCouldNotBeReadIsTriedAgain() throws IOException {
        Path path = root.resolve("routes.json");
        Traffic traffic = new Traffic(
                AgentSettings.load(Map.of("TINYSERV_ROOT", root.toString())).router(),
                new FailureNotices(),
                System::nanoTime);
        new TableFile(root.resolve("other.json")).write(7, List.of(ROUTE));
        TableFollower follower = new TableFollower(new TableFile(path), traffic);
        Files.writeString(path, "{ torn");
        FileTime written = Files.getLastModifiedTime(path);
        follower.follow();
        assertThat(traffic.table().route(5000)).isNull();

        Files.writeString(path, Files.readString(root.resolve("other.json")));
        Files.setLastModifiedTime(path, written); // the same table, as far as one can tell without reading it
        follower.follow();

        assertThat(traffic.table().route(5000)).isNotNull();
        assertThat(traffic.table().version()).isEqualTo(7);
    }
}
