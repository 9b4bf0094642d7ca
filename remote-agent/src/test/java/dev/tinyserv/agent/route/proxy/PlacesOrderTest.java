package dev.tinyserv.agent.route.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who makes room for a newcomer, and who before whom. */
class PlacesOrderTest {
    private record Holder(Origin origin, long cameAt, Waiting waiting, long waitsSince) implements PlaceHolder {
        @Override
        public long movedAt() {
            return waitsSince;
        }

        @Override
        public Waiting waitsFor(long now) {
            return waiting;
        }
    }

    private static Origin origin(int port) {
        return Origin.of(InetAddress.getLoopbackAddress(), true, port);
    }

    @Test
    void whoGoesFirst() {
        List<Waiting> order = List.of(
                Waiting.REQUEST,
                Waiting.HEAD,
                Waiting.BODY,
                Waiting.LEAVING,
                Waiting.ANSWER,
                Waiting.JUST_BEGUN,
                Waiting.SILENT,
                Waiting.NOTHING);
        assertThat(order).containsExactly(Waiting.values());
        for (int sooner = 0; sooner < order.size() - 1; sooner++) {
            Holder leaver = new Holder(origin(1), 0, order.get(sooner), 5);
            Places<Holder> places = new Places<>(8);
            places.take(new Holder(origin(2), 0, order.get(sooner + 1), 0));
            places.take(leaver);
            places.take(new Holder(origin(3), 0, order.get(sooner), 6));
            assertThat(places.leaver(origin(4), 10)).isSameAs(leaver);
        }
    }

    @Test
    void whoWaitsOfAnAddressWithMoreThanItsShareGoesBeforeTheIdleOnesOfOthers() throws UnknownHostException {
        Origin greedy = Origin.of(InetAddress.getByName("192.0.2.1"), false, 1);
        Holder leaver = new Holder(greedy, 0, Waiting.JUST_BEGUN, 5);
        Places<Holder> places = new Places<>(4);
        places.take(new Holder(origin(2), 0, Waiting.REQUEST, 0));
        places.take(leaver);
        places.take(new Holder(greedy, 0, Waiting.NOTHING, 0));

        assertThat(places.leaver(origin(3), 10)).isSameAs(leaver);
    }

    @Test
    void theAddressWithTheMostPlacesLosesASilentOneFirst() throws UnknownHostException {
        Origin many = Origin.of(InetAddress.getByName("192.0.2.1"), false, 1);
        Origin few = Origin.of(InetAddress.getByName("192.0.2.2"), false, 2);
        Holder leaver = new Holder(many, 0, Waiting.SILENT, 5);
        Places<Holder> places = new Places<>(8);
        places.take(new Holder(origin(3), 0, Waiting.SILENT, 0));
        places.take(new Holder(few, 0, Waiting.SILENT, 1));
        places.take(new Holder(many, 0, Waiting.NOTHING, 2));
        places.take(leaver);

        assertThat(places.leaver(origin(4), 10)).isSameAs(leaver);
    }

    @Test
    void nobodyGoesWhoDoesSomething() {
        Places<Holder> places = new Places<>(8);
        places.take(new Holder(origin(2), 0, Waiting.NOTHING, 0));

        assertThat(places.leaver(origin(4), 10)).isNull();
    }
}
