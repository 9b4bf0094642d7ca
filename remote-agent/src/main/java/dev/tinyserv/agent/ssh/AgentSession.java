package dev.tinyserv.agent.ssh;

import java.io.IOException;
import java.nio.channels.AsynchronousSocketChannel;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import jdk.net.ExtendedSocketOptions;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.common.io.nio2.Nio2Session;
import org.apache.sshd.common.session.helpers.TimeoutIndicator;
import org.apache.sshd.common.util.Readable;
import org.apache.sshd.server.ServerFactoryManager;
import org.apache.sshd.server.session.ServerSessionImpl;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A session that knows which key signed for it, that is never idle while a channel is open, and that hears its client. */
final class AgentSession extends ServerSessionImpl {
    // not this class's name: the library logs every stranger's rubbish under that one
    private static final Logger LOG = LoggerFactory.getLogger("dev.tinyserv.agent.ssh.SshServer");

    /** How often a heartbeat may stay unanswered. */
    static final int MAX_UNANSWERED = 3;

    private volatile @Nullable PublicKey signer;
    private volatile boolean heard;
    private final BooleanSupplier admission;
    private final AtomicInteger channels = new AtomicInteger();
    private final int maxChannels;
    private int unanswered;
    private int withoutRights;

    AgentSession(ServerFactoryManager server, IoSession connection, int maxChannels, BooleanSupplier admission)
            throws Exception {
        super(server, connection);
        this.maxChannels = maxChannels;
        this.admission = admission;
    }

    /** How many channels may be open at once. */
    int maxChannels() {
        return maxChannels;
    }

    /** The key whose signature logged this session in; nothing before that. */
    Optional<PublicKey> signer() {
        return Optional.ofNullable(signer);
    }

    /**
     * To be called when, and only when, a signature was verified with exactly this key, and before the client learns of
     * it; false if there are too many sessions, which the client is then told.
     */
    boolean signedBy(PublicKey key) throws IOException {
        if (!admission.getAsBoolean()) {
            LOG.warn("Closed the session of {}: as many as TINYSERV_MAX_SESSIONS are open", getClientAddress());
            disconnect(
                    SshConstants.SSH2_DISCONNECT_TOO_MANY_CONNECTIONS,
                    "too many SSH sessions are open; try again later, or raise TINYSERV_MAX_SESSIONS");
            return false;
        }
        signer = key;
        return true;
    }

    /** Counts a heartbeat: true if too many went by without a byte from the client. One thread calls it. */
    boolean isGone() {
        unanswered = heard ? 0 : unanswered + 1;
        heard = false;
        return unanswered > MAX_UNANSWERED;
    }

    /** Counts a look at the rights of its key: how many in a row have found that they are gone. One thread calls it. */
    int timesWithoutRights(boolean gone) {
        withoutRights = gone ? withoutRights + 1 : 0;
        return withoutRights;
    }

    /** Takes a place for a channel; false if there is none left. Whoever got one gives it back. */
    boolean takeChannel() {
        if (channels.incrementAndGet() <= maxChannels) {
            return true;
        }
        channels.decrementAndGet();
        return false;
    }

    /** Gives back the place of a channel. */
    void giveChannelBack() {
        channels.decrementAndGet();
    }

    @Override
    public void messageReceived(Readable buffer) throws Exception {
        heard = true;
        super.messageReceived(buffer);
        if (signer == null && getIoSession() instanceof Nio2Session connection) {
            acknowledge(connection.getSocket());
        }
    }

    /**
     * Linux would wait 40 ms for an answer to send with the acknowledgement, and until it comes a client that has not
     * logged in yet, such as OpenSSH's, holds back what it wrote after the message that none is due to (RFC 1122
     * 4.2.3.2 and 4.2.3.4). The option does not last, so it is set each time.
     */
    private static void acknowledge(AsynchronousSocketChannel socket) {
        if (socket.supportedOptions().contains(ExtendedSocketOptions.TCP_QUICKACK)) {
            try {
                socket.setOption(ExtendedSocketOptions.TCP_QUICKACK, true);
            } catch (IOException e) {
                LOG.trace("not acknowledged at once", e); // it is just being closed
            }
        }
    }

    @Override
    protected @Nullable TimeoutIndicator checkIdleTimeout(Instant now, Duration timeout) {
        TimeoutIndicator idle = super.checkIdleTimeout(now, timeout);
        return idle == null || channels.get() > 0 ? null : idle;
    }
}
