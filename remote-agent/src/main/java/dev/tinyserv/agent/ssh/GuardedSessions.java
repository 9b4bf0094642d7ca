package dev.tinyserv.agent.ssh;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;
import org.apache.sshd.common.session.helpers.AbstractSession;
import org.apache.sshd.server.ServerFactoryManager;
import org.apache.sshd.server.session.ServerSessionImpl;
import org.apache.sshd.server.session.SessionFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes sessions of the connections that the gate lets in, and tells the gate how far the connections have come. */
final class GuardedSessions extends SessionFactory implements SessionListener {
    private static final Logger LOG = LoggerFactory.getLogger(GuardedSessions.class);
    private static final Object TICKET = new Object();
    private static final long REVIEW_MILLIS = 250;

    private final Gate gate;
    private final int maxChannels;

    GuardedSessions(ServerFactoryManager server, Gate gate, int maxChannels) {
        super(server);
        this.gate = gate;
        this.maxChannels = maxChannels;
    }

    @Override
    public void sessionCreated(IoSession connection) {
        InetAddress address = addressOf(connection);
        if (address == null) {
            connection.close(true);
            return;
        }
        Gate.Ticket ticket = new Gate.Ticket(address, () -> begin(connection), () -> {
            LOG.debug("Closed a connection from {}: too many have not logged in", address);
            connection.close(true);
        });
        connection.setAttribute(TICKET, ticket);
        connection.suspendRead();
        if (gate.enter(ticket)) {
            reviewLater(ticket);
        }
    }

    private void begin(IoSession connection) {
        try {
            super.sessionCreated(connection);
            connection.resumeRead();
        } catch (Exception e) { // the library throws several kinds for a connection that has gone already
            LOG.debug("A connection could not begin", e);
            connection.close(true);
        } finally {
            Gate.Ticket ticket = ticketOf(connection);
            if (ticket != null && connection.isClosing()) {
                gate.leave(ticket);
            }
        }
    }

    private void reviewLater(Gate.Ticket ticket) {
        Runnable review = () -> {
            if (gate.review(ticket)) {
                reviewLater(ticket);
            }
        };
        ScheduledFuture<?> unused =
                getServer().getScheduledExecutorService().schedule(review, REVIEW_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void sessionClosed(IoSession connection) throws Exception {
        Gate.Ticket ticket = ticketOf(connection);
        if (ticket != null) {
            gate.leave(ticket);
        }
        if (hasBegun(connection)) {
            super.sessionClosed(connection);
        }
    }

    @Override
    public void exceptionCaught(IoSession connection, Throwable cause) throws Exception {
        if (hasBegun(connection)) {
            super.exceptionCaught(connection, cause);
        }
    }

    private static boolean hasBegun(IoSession connection) {
        return AbstractSession.getSession(connection, true) != null;
    }

    @Override
    protected ServerSessionImpl doCreateSession(IoSession connection) throws Exception {
        Gate.Ticket ticket = ticketOf(connection);
        return new AgentSession(getServer(), connection, maxChannels, () -> ticket != null && gate.loggedIn(ticket));
    }

    @Override
    public void sessionPeerIdentificationReceived(Session session, String version, List<String> extraLines) {
        Gate.Ticket ticket = ticketOf(session.getIoSession());
        if (ticket != null) {
            gate.greeted(ticket);
        }
    }

    @Override
    public void sessionEvent(Session session, Event event) {
        Gate.Ticket ticket = ticketOf(session.getIoSession());
        if (ticket == null) {
            return;
        }
        if (event == Event.KeyEstablished) {
            gate.keyed(ticket);
        }
    }

    private static Gate.@Nullable Ticket ticketOf(IoSession connection) {
        return (Gate.Ticket) connection.getAttribute(TICKET);
    }

    private static @Nullable InetAddress addressOf(IoSession connection) {
        return connection.getRemoteAddress() instanceof InetSocketAddress socket ? socket.getAddress() : null;
    }
}
