package dev.tinyserv.agent.ssh;

import dev.tinyserv.agent.command.Call;
import dev.tinyserv.agent.config.BindAddress;
import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.agent.keys.AuthorizedKeys;
import dev.tinyserv.agent.keys.Ed25519;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.process.Daemon;
import dev.tinyserv.buildpacks.source.FileTree;
import java.io.IOException;
import java.net.BindException;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.common.channel.ChannelFactory;
import org.apache.sshd.common.global.KeepAliveHandler;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionHeartbeatController.HeartbeatType;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.forward.RejectAllForwardingFilter;
import org.apache.sshd.server.global.NoMoreSessionsHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The SSH door, as in RFC 4251 to 4254. Clients log in with a public key, under any user name; the account is that of
 * the key that has signed. Each channel runs one command: nothing is forwarded, and no shell is started. Each phase of
 * a connection has a limit. Start and stop are for one thread; any thread may ask for the port.
 */
public final class SshServer {
    static {
        Ed25519.offer();
    }

    private static final Logger LOG = LoggerFactory.getLogger(SshServer.class);
    private static final Duration HEARTBEAT = Duration.ofSeconds(30);
    private static final Duration IDLE_WITHOUT_CHANNEL = Duration.ofMinutes(10);
    private static final Duration STALLED_WRITE = Duration.ofMinutes(2);
    private static final Duration LAST_WORDS = Duration.ofSeconds(10);
    private static final Duration DEPARTURE = Duration.ofSeconds(1);
    private static final Duration GOODBYE = Duration.ofSeconds(2);
    private static final Duration CLOSING = Duration.ofSeconds(3);
    private static final int BACKLOG = 1024;
    private static final long WINDOW_BYTES = 4L * 1024 * 1024;
    private static final long PACKET_BYTES = 64L * 1024;

    private final SshSettings settings;
    private final org.apache.sshd.server.SshServer server;
    private final ThreadPoolExecutor threads;
    private final RunningCommands running = new RunningCommands();
    private final KeyWatch keyWatch;
    private final Duration look;

    /**
     * A server that is not yet started.
     *
     * @param keys the keys that may log in; looked at again for each command, and while commands run
     * @param handler handles each call, on a thread of the call's own
     */
    public SshServer(SshSettings settings, AuthorizedKeys keys, Call.Handler handler) {
        this(settings, keys, handler, HEARTBEAT, KeyWatch.INTERVAL);
    }

    /**
     * As {@link #SshServer(SshSettings, AuthorizedKeys, Call.Handler)}.
     *
     * @param heartbeat the time between two questions for a sign of life
     * @param look the time between two looks whether sessions still have their keys
     */
    SshServer(SshSettings settings, AuthorizedKeys keys, Call.Handler handler, Duration heartbeat, Duration look) {
        this.settings = settings;
        this.look = look;
        this.threads = callThreads(settings.maxSessions());
        this.server = org.apache.sshd.server.SshServer.setUpDefaultServer();
        server.setHost(
                settings.server().bind().scope() == BindAddress.Scope.ONE
                        ? settings.server().bind().text()
                        : null);
        server.setPort(settings.server().sshPort());
        server.setIoServiceFactoryFactory(new SteadyAccept(settings.server().bind()));
        Algorithms.offerIn(server);
        letIn(keys);
        serve(new SshCommand.Shared(keys, handler, threads, running));
        bound(heartbeat);
        this.keyWatch = new KeyWatch(server::getActiveSessions, keys, running);
    }

    /**
     * Listens on the port. Makes the host key if there is none yet.
     *
     * @throws Refusal if the port cannot be had, or if the host key is damaged or cannot be read or written
     */
    public void start() {
        server.setKeyPairProvider(KeyPairProvider.wrap(hostKey()));
        try {
            server.start();
            long millis = look.toMillis();
            ScheduledFuture<?> unused = server.getScheduledExecutorService()
                    .scheduleWithFixedDelay(keyWatch, millis, millis, TimeUnit.MILLISECONDS);
        } catch (IOException e) {
            stop();
            String remedy = e instanceof BindException
                    ? "; stop what listens there, or set TINYSERV_SSH_PORT or TINYSERV_BIND"
                    : "; set TINYSERV_SSH_PORT or TINYSERV_BIND";
            throw new Refusal(
                    "SSH cannot listen on " + settings.server().bind() + " port "
                            + settings.server().sshPort() + " (" + e.getMessage() + ")" + remedy,
                    e);
        }
    }

    /**
     * Reads or makes the host key. To clients that know another one, a new key looks like an attack: that is logged.
     */
    private KeyPair hostKey() {
        Layout layout = settings.server().layout();
        HostKey file = new HostKey(layout.hostKey());
        boolean missing = file.isMissing();
        KeyPair key = file.loadOrCreate();
        if (missing && hasApps(layout)) {
            LOG.warn(
                    "the host key {} was missing, so a new one was made: every client that knows the old one will be told"
                            + " that it has changed; restore it from a backup, then restart",
                    layout.hostKey());
        }
        return key;
    }

    private static boolean hasApps(Layout layout) {
        try {
            return !FileTree.entries(layout.apps(), "*.json").isEmpty();
        } catch (IOException e) {
            return false; // that the folder cannot be read is told where the apps are read
        }
    }

    /** The watch that looks whether sessions still have their keys. */
    KeyWatch keyWatch() {
        return keyWatch;
    }

    /** The port that the server listens on. */
    public int port() {
        return server.getPort();
    }

    /**
     * Cancels the calls that run, waits at most 10 s until their clients know how the calls ended, and closes the port
     * and all sessions, which takes at most 6 s more. A call that cannot be cancelled any more, such as a deploy that
     * has happened, is reported as usual.
     *
     * @throws Refusal if the port cannot be closed
     */
    public void stop() {
        awaitDeparture(running.endAll("tinyserv is leaving or starting again; try again in a moment", LAST_WORDS));
        try {
            if (!server.close(false).await(GOODBYE)) {
                server.close(true).await(CLOSING);
            }
        } catch (IOException e) {
            throw new Refusal("the SSH port could not be closed: " + e.getMessage(), e);
        } finally {
            threads.shutdown();
        }
    }

    /** OpenSSH disconnects once it knows how its command ended, and reports a failure if we have closed before. */
    private static void awaitDeparture(Set<Session> told) {
        CountDownLatch here = new CountDownLatch(told.size());
        told.forEach(session -> session.addCloseFutureListener(closed -> here.countDown()));
        try {
            if (!here.await(DEPARTURE.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.debug("{} clients keep their connections", here.getCount());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void letIn(AuthorizedKeys keys) {
        server.setUserAuthFactories(List.of(new SignedKeyLogin.Factory(server.getSignatureFactories(), keys)));
        server.setPublickeyAuthenticator(
                (user, key, session) -> keys.accountOf(key).isPresent());
        server.setPasswordAuthenticator(null);
        server.setKeyboardInteractiveAuthenticator(null);
        server.setHostBasedAuthenticator(null);
        server.setGSSAuthenticator(null);
    }

    private void serve(SshCommand.Shared shared) {
        server.setChannelFactories(List.of(new CommandChannels()));
        server.setCommandFactory((channel, line) -> new SshCommand(shared, line));
        server.setShellFactory(channel -> new SshCommand(shared, ""));
        server.setSubsystemFactories(List.of());
        server.setGlobalRequestHandlers(List.of(KeepAliveHandler.INSTANCE, NoMoreSessionsHandler.INSTANCE));
        server.setForwardingFilter(RejectAllForwardingFilter.INSTANCE);
        server.setAgentFactory(null);
    }

    private void bound(Duration heartbeat) {
        Gate gate = new Gate(
                settings.maxUnauthenticated(), settings.maxSessions(), settings.loginTimeout(), System::nanoTime);
        GuardedSessions sessions = new GuardedSessions(server, gate, settings.maxChannels());
        server.setSessionFactory(sessions);
        server.addSessionListener(sessions);
        server.setReservedSessionMessagesHandler(new Heartbeat());
        server.setSessionHeartbeat(HeartbeatType.RESERVED, heartbeat);
        CoreModuleProperties.SERVER_IDENTIFICATION.set(server, "tinyserv");
        CoreModuleProperties.AUTH_TIMEOUT.set(server, settings.loginTimeout());
        CoreModuleProperties.MAX_AUTH_REQUESTS.set(server, settings.maxLoginAttempts());
        CoreModuleProperties.IDLE_TIMEOUT.set(server, IDLE_WITHOUT_CHANNEL);
        CoreModuleProperties.NIO2_MIN_WRITE_TIMEOUT.set(server, STALLED_WRITE);
        CoreModuleProperties.SOCKET_BACKLOG.set(server, BACKLOG);
        CoreModuleProperties.SOCKET_KEEPALIVE.set(server, true);
        CoreModuleProperties.TCP_NODELAY.set(server, true);
        CoreModuleProperties.WINDOW_SIZE.set(server, WINDOW_BYTES);
        CoreModuleProperties.MAX_PACKET_SIZE.set(server, PACKET_BYTES);
    }

    private static ThreadPoolExecutor callThreads(int max) {
        return new ThreadPoolExecutor(
                0, max, 60, TimeUnit.SECONDS, new SynchronousQueue<>(), Daemon.numbered("ssh-call-"));
    }

    /** Makes channels of the one kind that clients may open. */
    private static final class CommandChannels implements ChannelFactory {
        @Override
        public String getName() {
            return "session";
        }

        @Override
        public CommandChannel createChannel(Session session) {
            return new CommandChannel();
        }
    }
}
