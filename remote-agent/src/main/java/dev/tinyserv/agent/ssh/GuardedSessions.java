package dev.tinyserv.agent.ssh;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;
import org.apache.sshd.server.ServerFactoryManager;
import org.apache.sshd.server.session.ServerSessionImpl;
import org.apache.sshd.server.session.SessionFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the sessions of connections that the gate lets in, and tells it how far they come. */
final class GuardedSessions extends SessionFactory implements SessionListener {
    private static final Logger LOG = LoggerFactory.getLogger(GuardedSessions.class);
    private static final Object TICKET = new Object();

    private final Gate gate;

    GuardedSessions(ServerFactoryManager server, Gate gate) {
        super(server);
        this.gate = gate;
    }

    @Override
    public void sessionCreated(IoSession connection) throws Exception {
        InetAddress address = addressOf(connection);
        Optional<Gate.Ticket> ticket =
                address == null ? Optional.empty() : gate.enter(address, () -> connection.close(true));
        if (ticket.isEmpty()) {
            LOG.debug("Closed a connection from {}: too many have not logged in", address);
            connection.close(true);
            return;
        }
        connection.setAttribute(TICKET, ticket.get());
        try {
            super.sessionCreated(connection);
        } finally {
            if (connection.isClosing()) {
                gate.leave(ticket.get());
            }
        }
    }

    @Override
    public void sessionClosed(IoSession connection) throws Exception {
        Gate.Ticket ticket = ticketOf(connection);
        if (ticket != null) {
            gate.leave(ticket);
            super.sessionClosed(connection);
        }
    }

    @Override
    public void exceptionCaught(IoSession connection, Throwable cause) throws Exception {
        if (ticketOf(connection) != null) {
            super.exceptionCaught(connection, cause);
        }
    }

    @Override
    protected ServerSessionImpl doCreateSession(IoSession connection) throws Exception {
        Gate.Ticket ticket = ticketOf(connection);
        return new AgentSession(getServer(), connection, () -> ticket != null && gate.loggedIn(ticket));
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
