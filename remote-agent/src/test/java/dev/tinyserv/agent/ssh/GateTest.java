package dev.tinyserv.agent.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class GateTest {
    private final AtomicLong now = new AtomicLong();
    private final Gate gate = new Gate(50, 3, now::get);
    private final List<String> ejected = new ArrayList<>();

    @Test
    void oneAddressGetsAFifth() {
        List<Gate.Ticket> tickets = enter("10.0.0.1", 10);
        tickets.forEach(gate::keyed);
        assertThat(gate.enter(address("10.0.0.1"), () -> {})).isEmpty();
        assertThat(gate.enter(address("10.0.0.2"), () -> {})).isPresent();
        gate.leave(tickets.get(3));
        gate.leave(tickets.get(3));
        gate.keyed(enter("10.0.0.1", 1).get(0));
        assertThat(gate.enter(address("10.0.0.1"), () -> {})).isEmpty();
    }

    @Test
    void allTogetherGetTheLimit() {
        for (int i = 1; i <= 5; i++) {
            enter("10.0.0." + i, 10).forEach(gate::keyed);
        }
        assertThat(gate.enter(address("10.0.0.6"), () -> {})).isEmpty();
    }

    @Test
    void theSilentMakeRoomForNewcomersTheOldestFirst() {
        List<Gate.Ticket> tickets = enter("10.0.0.1", 10);
        gate.greeted(tickets.get(0));
        enter("10.0.0.1", 1);
        assertThat(ejected).containsExactly("10.0.0.1#1");
        assertThat(gate.loggedIn(tickets.get(1))).as("too late").isFalse();
        assertThat(gate.loggedIn(tickets.get(0))).isTrue();
    }

    @Test
    void anAddressAtItsLimitPushesOutNobodyElse() {
        enter("10.0.0.2", 1);
        enter("10.0.0.1", 11);
        assertThat(ejected).containsExactly("10.0.0.1#0");
    }

    @Test
    void whoGreetsAndThenWaitsHasSeconds() {
        enter("10.0.0.1", 10).forEach(gate::greeted);
        now.addAndGet(TimeUnit.SECONDS.toNanos(2));
        assertThat(gate.enter(address("10.0.0.1"), () -> {})).isEmpty();
        now.addAndGet(TimeUnit.SECONDS.toNanos(2));
        assertThat(gate.enter(address("10.0.0.1"), () -> {})).isPresent();
        assertThat(ejected).containsExactly("10.0.0.1#0");
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
        for (int i = 0; i < 10; i++) {
            gate.keyed(gate.enter(address("2001:db8::" + i), () -> {}).orElseThrow());
        }
        assertThat(gate.enter(address("2001:db8::ffff"), () -> {})).isEmpty();
        assertThat(gate.enter(address("2001:db8:0:1::1"), () -> {})).isPresent();
    }

    private List<Gate.Ticket> enter(String address, int count) {
        List<Gate.Ticket> tickets = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String name = address + "#" + i;
            Optional<Gate.Ticket> ticket = gate.enter(address(address), () -> ejected.add(name));
            tickets.add(ticket.orElseThrow());
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
