package dev.tinyserv.agent.route.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.Endpoint;
import dev.tinyserv.agent.event.FailedRequest;
import dev.tinyserv.agent.event.RouteEvent;
import dev.tinyserv.agent.route.table.PortRoute;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ControlMessageTest {
    private static final AppName APP = new AppName("app");
    private static final FailedRequest REQUEST =
            new FailedRequest("GET", "/x", 502, new Endpoint("127.0.0.1", 20000), true, "reset", 12);

    @Test
    void aTableOfFiveThousandAppsIsOneLine() {
        List<PortRoute> routes = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            List<Endpoint> targets =
                    List.of(new Endpoint("127.0.0.1", 20000 + i), new Endpoint("127.0.0.1", 40000 + i));
            routes.add(new PortRoute(new AppName("app-" + i), 1000 + i, targets, null, "the app is not running"));
        }
        ControlMessage table = new ControlMessage.Table(7, routes);

        assertThat(ControlMessage.fromLine(line(table))).isEqualTo(table);
    }

    private static byte[] line(ControlMessage message) {
        byte[] line = message.toLine();
        return Arrays.copyOf(line, line.length - 1);
    }

    private static ControlMessage read(String line) {
        return ControlMessage.fromLine(line.getBytes(StandardCharsets.UTF_8));
    }

    static List<ControlMessage> messages() {
        RouterStatus status = new RouterStatus(7, 3, List.of(5000), Map.of(5001, "address in use"), 2, "epoll", 2);
        return List.of(
                new ControlMessage.Drain(-3, List.of(new Endpoint("127.0.0.1", 20000)), 500),
                new ControlMessage.Status(-1),
                new ControlMessage.All(5, 5, List.of(APP)),
                new ControlMessage.Changed(6, 6, APP),
                new ControlMessage.Routed(6, Map.of("5000", "address in use")),
                new ControlMessage.Done(-1, 3, null, status),
                new ControlMessage.Done(3, 3, Map.of(5001, "address in use"), null),
                new ControlMessage.Refused(3, 3, "try again"),
                new ControlMessage.Failed(APP, "3 more requests failed", null),
                new ControlMessage.Failed(APP, REQUEST.text(), REQUEST),
                new ControlMessage.PortLost(APP, 5001, "address in use"),
                new ControlMessage.PortBack(APP, 5001));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void whatIsWrittenIsRead(ControlMessage message) {
        assertThat(ControlMessage.fromLine(line(message))).isEqualTo(message);
        assertThat(new String(message.toLine(), StandardCharsets.UTF_8))
                .endsWith("}\n")
                .hasLineCount(1);
    }

    /** The lines are what the agent and the router of version 0.1 write, which leave out what is empty or 0. */
    @Test
    void theMessagesOfTheVersionBeforeAreRead() {
        assertThat(read("{'schema':1,'id':4,'kind':'table','version':4}".replace('\'', '"')))
                .isEqualTo(new ControlMessage.Table(4, List.of()));
        assertThat(read(
                        "{'schema':1,'id':-2,'kind':'drain','endpoints':[{'host':'127.0.0.1','port':1}],'limitMillis':9}"
                                .replace('\'', '"')))
                .isEqualTo(new ControlMessage.Drain(-2, List.of(new Endpoint("127.0.0.1", 1)), 9));
        assertThat(read("{'schema':1,'id':-1,'kind':'status'}".replace('\'', '"')))
                .isEqualTo(new ControlMessage.Status(-1));
        assertThat(read("{'schema':1,'id':4,'kind':'done','version':4,'portErrors':{'5001':'address in use'}}"
                        .replace('\'', '"')))
                .isEqualTo(new ControlMessage.Done(4, 4, Map.of(5001, "address in use"), null));
        assertThat(read("{'schema':1,'kind':'portBack','app':'app','port':5001}".replace('\'', '"')))
                .isEqualTo(new ControlMessage.PortBack(APP, 5001));
    }

    @Test
    void aFailedRequestIsToldWithItsDataAndInOneLine() {
        assertThat(new ControlMessage.Failed(APP, "", REQUEST).event())
                .isEqualTo(new RouteEvent.RequestFailed(APP, REQUEST))
                .returns("GET /x 502 127.0.0.1:20000 broke off its answer: reset 12ms", RouteEvent::text)
                .returns("router", RouteEvent::source)
                .returns("router", RouteEvent::part);
        assertThat(read("{'schema':1,'kind':'failed','app':'app','text':'GET / 502'}".replace('\'', '"')))
                .isEqualTo(new ControlMessage.Failed(APP, "GET / 502", null))
                .returns(
                        new RouteEvent.RouterSaid(APP, "GET / 502"),
                        failed -> ((ControlMessage.Failed) failed).event());
    }

    @Test
    void aKindOfANewerVersionIsKnownAsUnknown() {
        assertThat(read("{\"schema\":1,\"id\":5,\"kind\":\"paused\",\"app\":\"a\"}"))
                .isEqualTo(new ControlMessage.Unknown(5, "paused"));
    }
}
