package dev.tinyserv.agent.ssh;

import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.session.ConnectionService;
import org.apache.sshd.common.session.ReservedSessionMessagesHandler;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.buffer.Buffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks clients for a sign of life, by the global request that OpenSSH asks with, and closes the sessions of clients
 * that give none. Any byte from the client counts, because an answer can wait for minutes behind a push over a slow
 * line.
 */
final class Heartbeat implements ReservedSessionMessagesHandler {
    private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);
    private static final String REQUEST = "keepalive@openssh.com";

    @Override
    public boolean sendReservedHeartbeat(ConnectionService service) throws Exception {
        Session session = service.getSession();
        if (session instanceof AgentSession known && known.isGone()) {
            LOG.info("Closed the session of {}: no sign of life", session.getRemoteAddress());
            session.close(true);
            return false;
        }
        Buffer request = session.createBuffer(SshConstants.SSH_MSG_GLOBAL_REQUEST);
        request.putString(REQUEST);
        request.putBoolean(true);
        session.request(request, REQUEST, (command, answer) -> {});
        return true;
    }
}
