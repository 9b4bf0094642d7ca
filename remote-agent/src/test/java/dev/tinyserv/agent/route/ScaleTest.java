package dev.tinyserv.agent.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.agent.app.Endpoint;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Instances of an app come and go under load, as an agent does that: in before the route, out after the drain. */
@Tag("slow")
class ScaleTest extends RouterStage {
    private static final int CLIENTS = 8;
    private static final int EACH_STEP = 1000;

    private final Map<String, Backend> running = new TreeMap<>();
    private int made;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void noRequestIsLostButWhereThereIsNoInstance(boolean sticky) throws Exception {
        scaleTo(1, sticky);
        try (SteadyLoad load = new SteadyLoad(router.port, CLIENTS, "the app is stopped\n")) {
            load.awaitServed(EACH_STEP);
            for (int count : List.of(10, 3, 1, 0, 1)) {
                load.expectReasons(count == 0 || running.isEmpty());
                scaleTo(count, sticky);
                if (count == 0) {
                    load.awaitReasons(EACH_STEP);
                } else {
                    load.awaitServedBy(running.keySet());
                    load.awaitServed(EACH_STEP);
                }
            }
            assertThat(load.problems()).isEmpty();
        }
        assertThat(router.heard.all)
                .allMatch(line -> line.matches("app: (\\w+ / 503 no instance|\\d+ more requests).*"));
        for (Backend each : running.values()) {
            each.close();
        }
    }

    @Test
    void anInstanceThatDiesLosesOnlyThePostsThatItHad() throws Exception {
        scaleTo(3, false);
        try (SteadyLoad load = new SteadyLoad(router.port, CLIENTS, "")) {
            load.awaitServedBy(running.keySet());
            for (int i = 0; i < 2; i++) {
                takeOne().close(); // and the route still names it
                load.awaitServed(EACH_STEP);
            }
            assertThat(load.problems())
                    .hasSizeLessThanOrEqualTo(2 * CLIENTS)
                    .allMatch("POST 502 the app closed the connection without an answer"::equals);
        }
        for (Backend each : running.values()) {
            each.close();
        }
    }

    private Backend takeOne() {
        String name = running.keySet().iterator().next();
        return Objects.requireNonNull(running.remove(name));
    }

    private void scaleTo(int count, boolean sticky) throws IOException {
        while (running.size() < count) {
            String name = "i" + made++;
            running.put(name, Backend.named(name));
        }
        List<Backend> surplus = new ArrayList<>();
        while (running.size() > count) {
            surplus.add(takeOne());
        }
        Endpoint[] targets = running.values().stream().map(Backend::endpoint).toArray(Endpoint[]::new);
        if (sticky) {
            router.sticky(targets);
        } else {
            router.routing(targets);
        }
        router.client.drain(surplus.stream().map(Backend::endpoint).toList(), Duration.ofSeconds(30));
        for (Backend each : surplus) {
            each.close();
        }
    }
}
