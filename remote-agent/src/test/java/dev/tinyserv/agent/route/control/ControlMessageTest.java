package dev.tinyserv.agent.route.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.Endpoint;
import dev.tinyserv.agent.route.table.PortRoute;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ControlMessageTest {
    @Test
    void aTableOfFiveThousandAppsIsOneLine() {
        List<PortRoute> routes = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            List<Endpoint> targets =
                    List.of(new Endpoint("127.0.0.1", 20000 + i), new Endpoint("127.0.0.1", 40000 + i));
            routes.add(new PortRoute(new AppName("app-" + i), 1000 + i, targets, null, "the app is not running"));
        }
        byte[] line = ControlMessage.table(7, routes).toLine();
        assertThat(ControlMessage.fromLine(line).routes()).isEqualTo(routes);
    }
}
