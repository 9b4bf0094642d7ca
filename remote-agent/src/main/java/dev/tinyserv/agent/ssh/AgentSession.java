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

/**
 * A session that knows which key signed for it and when its client last sent a byte. It is never idle while a channel
 * is open. Methods of this class may be called by any thread unless they say otherwise.
 */
final class AgentSession extends ServerSessionImpl {
    // Not the name of this class: under that name the library logs whatever a stranger sends.
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

    /** The key whose signature logged this session in; empty before that. */
    Optional<PublicKey> signer() {
        return Optional.ofNullable(signer);
    }

    /**
     * Notes who has logged in. To be called when, and only when, a signature was verified with exactly this key, and
     * before the client learns of it.
     *
     * @return false if there are too many sessions; the client is told so, and the session closed
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

    /** Counts a heartbeat. Returns true if too many went by without a byte from the client. For one thread. */
    boolean isGone() {
        unanswered = heard ? 0 : unanswered + 1;
        heard = false;
        return unanswered > MAX_UNANSWERED;
    }

    /** Counts a look at the rights of the key. Returns how many looks in a row found them gone. For one thread. */
    int timesWithoutRights(boolean gone) {
        withoutRights = gone ? withoutRights + 1 : 0;
        return withoutRights;
    }

    /** Takes a place for a channel. Returns false if no place is left; else the caller gives the place back. */
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
     * Has the kernel acknowledge at once what the client sent. Linux else waits up to 40 ms for an answer that the
     * acknowledgement can go with (RFC 1122, 4.2.3.2). During a log-in some messages have no answer, and OpenSSH holds
     * back its next message until the acknowledgement has come (RFC 1122, 4.2.3.4). Linux forgets the option, so it is
     * set each time.
     */
    private static void acknowledge(AsynchronousSocketChannel socket) {
        if (socket.supportedOptions().contains(ExtendedSocketOptions.TCP_QUICKACK)) {
            try {
                socket.setOption(ExtendedSocketOptions.TCP_QUICKACK, true);
            } catch (IOException e) {
                LOG.trace("not acknowledged at once", e); // the connection is just being closed
            }
        }
    }

    @Override
    protected @Nullable TimeoutIndicator checkIdleTimeout(Instant now, Duration timeout) {
        TimeoutIndicator idle = super.checkIdleTimeout(now, timeout);
        return idle == null || channels.get() > 0 ? null : idle;
    }
}
