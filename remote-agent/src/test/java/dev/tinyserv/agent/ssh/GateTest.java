package dev.tinyserv.agent.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The bound on connections that have not logged in, which the library does not have (mina-sshd#350). */
class GateTest {
    private final AtomicLong now = new AtomicLong();
    private final Gate gate = new Gate(50, 3, Duration.ofSeconds(20), now::get);
    private final List<String> admitted = new ArrayList<>();
    private final List<String> ejected = new ArrayList<>();

    @Test
    void oneAddressGetsAFifthAndTheRestOfItsBurstWaits() {
        List<Gate.Ticket> burst = enter("10.0.0.1", 12);
        burst.subList(0, 10).forEach(gate::keyed);
        assertThat(admitted).hasSize(10);
        enter("10.0.0.2", 1);
        assertThat(admitted).hasSize(11).endsWith("10.0.0.2#0");

        gate.leave(burst.get(3));
        gate.leave(burst.get(3));
        assertThat(admitted).hasSize(12).endsWith("10.0.0.1#10");
        gate.loggedIn(burst.get(4));
        assertThat(admitted).hasSize(13).endsWith("10.0.0.1#11");
        assertThat(ejected).isEmpty();
    }

    @Test
    void aBurstOfOneAddressThatIsLargerThanTheLimitGetsIn() {
        List<Gate.Ticket> burst = enter("10.0.0.1", 60);
        burst.forEach(gate::keyed);
        burst.forEach(gate::leave);
        assertThat(admitted).hasSize(60).doesNotHaveDuplicates();
        assertThat(ejected).isEmpty();
    }

    @Test
    void allTogetherGetTheLimit() {
        for (int i = 1; i <= 5; i++) {
            enter("10.0.0." + i, 10).forEach(gate::keyed);
        }
        enter("10.0.0.6", 1);
        assertThat(admitted).hasSize(50).doesNotContain("10.0.0.6#0");
        assertThat(ejected).isEmpty();
    }

    @Test
    void whoIsSilentForSecondsMakesRoomTheOldestFirst() {
        List<Gate.Ticket> tickets = enter("10.0.0.1", 10);
        gate.greeted(tickets.get(0));
        Gate.Ticket parked = enter("10.0.0.1", 11, 12).get(0);
        assertThat(gate.review(parked)).isTrue();
        assertThat(ejected).isEmpty();

        now.addAndGet(TimeUnit.SECONDS.toNanos(2));
        assertThat(gate.review(parked)).isFalse();
        assertThat(ejected).containsExactly("10.0.0.1#1");
        assertThat(admitted).endsWith("10.0.0.1#11");
        assertThat(gate.loggedIn(tickets.get(1))).as("too late").isFalse();
        assertThat(gate.loggedIn(tickets.get(0))).isTrue();
    }

    @Test
    void beyondWhatIsParkedTheSilentGoAtOnceAndNobodyElses() {
        enter("10.0.0.2", 1);
        enter("10.0.0.1", 61);
        assertThat(ejected).containsExactly("10.0.0.1#0");
        assertThat(admitted).hasSize(12).endsWith("10.0.0.1#10");
    }

    @Test
    void aNewcomerIsClosedWhereAllAreParkedAndNobodyIsSilent() {
        enter("10.0.0.1", 10).forEach(gate::keyed);
        enter("10.0.0.1", 10, 61);
        assertThat(ejected).containsExactly("10.0.0.1#60");
    }

    @Test
    void aFloodFromOneAddressLeavesTheOthersTheirPlaces() {
        enter("10.0.0.1", 1000).forEach(gate::greeted);
        enter("10.0.0.2", 10).forEach(gate::keyed);
        assertThat(admitted.stream().filter(name -> name.startsWith("10.0.0.2#")))
                .hasSize(10);
    }

    @Test
    void aFloodFromManyAddressesLetsANewcomerThroughInSeconds() {
        for (int i = 1; i <= 100; i++) {
            enter("10.0.1." + i, 5);
        }
        Gate.Ticket newcomer = enter("10.0.0.1", 1).get(0);
        now.addAndGet(TimeUnit.SECONDS.toNanos(2));
        gate.review(newcomer);
        now.addAndGet(TimeUnit.SECONDS.toNanos(2));
        assertThat(gate.review(newcomer)).isFalse();
        assertThat(admitted).contains("10.0.0.1#0");
        assertThat(admitted.size() - ejected.size()).as("in at once").isLessThanOrEqualTo(50);
    }

    @Test
    void aFloodFromManyAddressesDoesNotHoldUpAnAddressThatIsKnown() {
        assertThat(gate.loggedIn(enter("10.0.0.1", 1).get(0))).isTrue();
        for (int i = 1; i <= 100; i++) {
            enter("10.0.1." + i, 5).forEach(gate::greeted);
        }
        enter("10.0.0.1", 1, 2);
        assertThat(admitted).endsWith("10.0.0.1#1");
        assertThat(admitted.size() - ejected.size()).as("in at once").isLessThanOrEqualTo(51);
    }

    @Test
    void aKnownAddressDoesNotLoseThePlaceWhereItIsAboutToGreet() {
        assertThat(gate.loggedIn(enter("10.0.0.1", 1).get(0))).isTrue();
        for (int i = 1; i <= 30; i++) {
            enter("10.0.1." + i, 5).forEach(gate::greeted);
        }
        Gate.Ticket known = enter("10.0.0.1", 1, 2).get(0);
        for (int i = 1; i <= 30; i++) {
            enter("10.0.2." + i, 5).forEach(gate::greeted);
        }
        assertThat(ejected).doesNotContain("10.0.0.1#1");

        now.addAndGet(TimeUnit.SECONDS.toNanos(6));
        gate.greeted(known);
        assertThat(gate.loggedIn(known)).isTrue();
    }

    @Test
    void aKnownAddressThatSaysNothingMakesRoomInTheEnd() {
        for (int i = 1; i <= 5; i++) {
            assertThat(gate.loggedIn(enter("10.0.0." + i, 1).get(0))).isEqualTo(i <= 3);
            enter("10.0.0." + i, 1, 11);
        }
        Gate.Ticket stranger = enter("10.0.1.1", 1).get(0);
        now.addAndGet(TimeUnit.SECONDS.toNanos(3));
        gate.review(stranger);
        now.addAndGet(TimeUnit.SECONDS.toNanos(3));
        assertThat(gate.review(stranger)).isFalse();
        assertThat(admitted).contains("10.0.1.1#0");
    }

    @Test
    void aKnownAddressDoesNotTakeThePlaceOfOneThatIsLoggingIn() {
        assertThat(gate.loggedIn(enter("10.0.0.1", 1).get(0))).isTrue();
        for (int i = 1; i <= 5; i++) {
            enter("10.0.1." + i, 10).forEach(gate::keyed);
        }
        Gate.Ticket known = enter("10.0.0.1", 1, 2).get(0);
        assertThat(admitted).hasSize(51).doesNotContain("10.0.0.1#1");

        now.addAndGet(TimeUnit.SECONDS.toNanos(6));
        assertThat(gate.review(known)).isFalse();
        assertThat(admitted).endsWith("10.0.0.1#1");
    }

    @Test
    void aKnownAddressHasNoMorePlacesThanOthers() {
        assertThat(gate.loggedIn(enter("10.0.0.1", 1).get(0))).isTrue();
        enter("10.0.0.1", 1, 12).forEach(gate::keyed);
        assertThat(admitted).hasSize(11);
    }

    @Test
    void whoGreetsAndThenWaitsHasSeconds() {
        enter("10.0.0.1", 10).forEach(gate::greeted);
        Gate.Ticket parked = enter("10.0.0.1", 11, 12).get(0);
        now.addAndGet(TimeUnit.SECONDS.toNanos(4));
        assertThat(gate.review(parked)).isTrue();
        now.addAndGet(TimeUnit.SECONDS.toNanos(2));
        assertThat(gate.review(parked)).isFalse();
        assertThat(ejected).containsExactly("10.0.0.1#0");
    }

    @Test
    void nobodyIsParkedForever() {
        enter("10.0.0.1", 10).forEach(gate::keyed);
        Gate.Ticket parked = enter("10.0.0.1", 11, 12).get(0);
        now.addAndGet(TimeUnit.SECONDS.toNanos(20));
        assertThat(gate.review(parked)).isTrue();
        now.addAndGet(1);
        assertThat(gate.review(parked)).isFalse();
        assertThat(ejected).containsExactly("10.0.0.1#11");
    }

    @Test
    void sessionsAreBoundedAndGivenBack() {
        List<Gate.Ticket> tickets = enter("10.0.0.1", 4);
        assertThat(tickets.stream().map(gate::loggedIn)).containsExactly(true, true, true, false);
        gate.leave(tickets.get(0));
        assertThat(gate.loggedIn(enter("10.0.0.1", 1).get(0))).isTrue();
    }

    @Test
    void aNetworkOfIpv6IsOneSource() {
        for (int i = 0; i < 11; i++) {
            enter("2001:db8::" + i, 1).forEach(gate::keyed);
        }
        assertThat(admitted).hasSize(10);
        enter("2001:db8:0:1::1", 1);
        assertThat(admitted).hasSize(11);
    }

    private List<Gate.Ticket> enter(String address, int count) {
        return enter(address, 0, count);
    }

    private List<Gate.Ticket> enter(String address, int from, int to) {
        List<Gate.Ticket> tickets = new ArrayList<>();
        for (int i = from; i < to; i++) {
            String name = address + "#" + i;
            Gate.Ticket ticket = new Gate.Ticket(address(address), () -> admitted.add(name), () -> ejected.add(name));
            gate.enter(ticket);
            tickets.add(ticket);
        }
        return tickets;
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.getAllByName(text)[0];
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
