package dev.tinyserv.agent.route;

import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.agent.machine.LockHolder;
import dev.tinyserv.agent.machine.PidLock;
import dev.tinyserv.agent.route.control.ControlDesk;
import dev.tinyserv.agent.route.control.ControlServer;
import dev.tinyserv.agent.route.control.FailureNotices;
import dev.tinyserv.agent.route.control.TableKeeper;
import dev.tinyserv.agent.route.handover.HandOver;
import dev.tinyserv.agent.route.handover.Predecessor;
import dev.tinyserv.agent.route.handover.TableFollower;
import dev.tinyserv.agent.route.handover.TakeOver;
import dev.tinyserv.agent.route.proxy.Listeners;
import dev.tinyserv.agent.route.proxy.RouterSettings;
import dev.tinyserv.agent.route.proxy.Traffic;
import dev.tinyserv.agent.route.proxy.Transport;
import dev.tinyserv.agent.route.proxy.Worker;
import dev.tinyserv.agent.route.table.RouteFiles;
import dev.tinyserv.agent.route.table.TableFile;
import dev.tinyserv.agent.store.OwnFile;
import dev.tinyserv.buildpacks.base.Pauses;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.process.Daemon;
import io.netty.channel.Channel;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The router of one root: wires its parts, starts, hands over and ends. */
@SuppressWarnings("FutureReturnValueIgnored") // they repeat until the thread ends
final class Router implements HandOver.Giver, AutoCloseable {
    /** Another router serves the root and does not hand over. */
    static final class Taken extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Taken(String message) {
            super(message);
        }

        @Override
        public String getMessage() {
            return String.valueOf(super.getMessage());
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(Router.class);
    private static final int WORKERS = 2;
    private static final Duration TAKE_OVER_TIME = Duration.ofSeconds(5);
    private static final Duration LOCK_TIME = Duration.ofSeconds(30);
    private static final Duration CONTROL_TIME = Duration.ofSeconds(2);
    private static final Duration TUNNEL_TIME = Duration.ofMinutes(10);
    private static final long NOTICE_MILLIS = 50;

    private final Layout layout;
    private final RouterSettings settings;
    private final Transport transport;
    private final FailureNotices notices = new FailureNotices();
    private final Traffic traffic;
    private final Listeners listeners;
    private final TableFile file;
    private final TableKeeper keeper;
    private final ControlDesk desk;
    private final ScheduledExecutorService control;
    private final AtomicBoolean leaving = new AtomicBoolean();
    /** Held while the files of this router are made or given up: a leaving router makes none in its successor's place. */
    private final Object files = new Object();

    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile @Nullable PidLock lock;
    private volatile @Nullable ControlServer controlServer;
    private volatile @Nullable HandOver handOver;

    private Router(RouterSettings settings, LongSupplier nanos) {
        this.settings = settings;
        this.layout = settings.server().layout();
        this.transport = Transport.open(WORKERS);
        this.traffic = new Traffic(settings, notices, nanos);
        this.listeners = new Listeners(transport, traffic);
        this.file = new TableFile(layout.routeTable());
        this.keeper = new TableKeeper(traffic.table(), listeners, file, new RouteFiles(layout.routes()), notices);
        this.control = Executors.newSingleThreadScheduledExecutor(Daemon.named("router-control"));
        this.desk = new ControlDesk(traffic, listeners, keeper, control, transport.name());
    }

    /**
     * Starts a router, or takes over from the running one. Returns when it serves.
     *
     * @throws Taken if another one serves this root and does not hand over
     * @throws Refusal if it cannot serve
     */
    static Router start(RouterSettings settings) {
        return start(settings, System::nanoTime);
    }

    /** As {@link #start(RouterSettings)}, with a clock in nanoseconds for the time limits on clients and apps. */
    static Router start(RouterSettings settings, LongSupplier nanos) {
        Router router = new Router(settings, nanos);
        try {
            router.begin();
            return router;
        } catch (IOException e) {
            router.transport.close();
            throw new Refusal("the router cannot start: " + e.getMessage(), e);
        } catch (Taken | Refusal e) {
            router.transport.close();
            throw e;
        }
    }

    private void begin() throws IOException {
        Files.createDirectories(layout.run(), OwnFile.FOLDER_MODE);
        boolean taken = takeOver(); // before the lock: somebody may have deleted that of a router that serves
        if (!taken && !Pauses.until(TAKE_OVER_TIME, () -> tryLock() || takeOver())) {
            String holder = LockHolder.of(layout.routerLock())
                    .map(router -> Long.toString(router.pid()))
                    .orElse("unknown");
            throw new Taken(
                    "another router serves " + layout.root() + ": process " + holder + "; end it with SIGTERM first");
        }
        if (lock != null) {
            keeper.restore(List.of());
        }
        Pauses.until(LOCK_TIME, () -> lock != null || tryLock());
        openSockets();
        control.scheduleWithFixedDelay(this::tick, NOTICE_MILLIS, NOTICE_MILLIS, TimeUnit.MILLISECONDS);
        control.scheduleWithFixedDelay(this::retryPorts, 1, 1, TimeUnit.SECONDS);
        control.scheduleWithFixedDelay(this::keepFiles, 1, 1, TimeUnit.SECONDS);
        LOG.info("router ready");
    }

    private boolean tryLock() {
        try {
            lock = PidLock.tryTake(layout.routerLock()).orElse(null);
            return lock != null;
        } catch (IOException e) {
            LOG.warn("cannot lock {}", layout.routerLock(), e);
            return false;
        }
    }

    private boolean takeOver() {
        if (!transport.epoll()) {
            return false;
        }
        try (TakeOver taking = TakeOver.begin(layout.routerHandOverSocket(), transport)) {
            List<Integer> descriptors = taking.receive();
            keeper.restore(descriptors);
            keeper.follows(Predecessor.of(taking.pid()));
            taking.done();
            LOG.info("took {} ports over from process {}", descriptors.size(), taking.pid());
            return true;
        } catch (IOException e) {
            LOG.debug("no take-over", e);
            return false;
        }
    }

    /** Opens the sockets that are not open, and again those whose files somebody has deleted. */
    private void openSockets() throws IOException {
        if (!desk.isFrozen() && (controlServer == null || !Files.exists(layout.routerSocket()))) {
            closeControl();
            controlServer = ControlServer.open(layout.routerSocket(), desk);
        }
        if (transport.epoll() && (handOver == null || !Files.exists(layout.routerHandOverSocket()))) {
            closeHandOver(); // first, because that deletes the file
            handOver = HandOver.open(layout.routerHandOverSocket(), transport, this);
        }
    }

    /**
     * Makes deleted files of this router again. Without its lock and its sockets, a router could neither be told of
     * routes nor be replaced.
     */
    private void keepFiles() {
        try {
            synchronized (files) {
                if (!leaving.get() && Files.isDirectory(layout.run()) && holdsLock()) {
                    openSockets();
                }
            }
        } catch (IOException | RuntimeException e) {
            LOG.error("cannot make the files of the router in {} again", layout.run(), e);
        }
    }

    /**
     * Takes the lock if its file was deleted, or if this router has none yet. Returns false if another process has it.
     */
    private boolean holdsLock() throws IOException {
        PidLock held = lock;
        if (held != null && held.isInPlace()) {
            return true;
        }
        PidLock again = PidLock.tryTake(layout.routerLock()).orElse(null);
        if (again == null) {
            return false;
        }
        if (held == null) {
            LOG.info("{} was another router's until now", layout.routerLock());
        } else {
            LOG.warn("{} was missing and is made again", layout.routerLock());
        }
        unlock();
        lock = again;
        return true;
    }

    private void tick() {
        try {
            ControlServer server = controlServer;
            if (server != null && server.hasAgent()) {
                server.tell(notices.take(traffic.now()));
            }
        } catch (RuntimeException e) {
            LOG.error("telling the agent failed", e);
        }
    }

    private void retryPorts() {
        try {
            if (!leaving.get()) {
                keeper.retryPorts();
            }
        } catch (RuntimeException e) {
            LOG.error("trying lost ports again failed", e);
        }
    }

    @Override
    public CompletableFuture<Map<Integer, Channel>> prepare() {
        return desk.freeze().thenApply(written -> {
            closeControl();
            return listeners.sockets();
        });
    }

    @Override
    public void goOn() {
        LOG.warn("the successor went away before it had taken over");
        control.execute(() -> {
            desk.thaw();
            keepFiles();
        });
    }

    @Override
    public void leave() {
        if (leaving.compareAndSet(false, true)) {
            Thread leaver = new Thread(this::leaveToSuccessor, "router-leave");
            leaver.start();
        }
    }

    private void leaveToSuccessor() {
        TableFollower follower = new TableFollower(file, traffic);
        traffic.leaveFollowing(follower::follow);
        listeners.closeAll();
        giveFilesUp();
        Pauses.until(settings.drainTimeout(), () -> traffic.clients() == 0);
        listeners.workers().forEach(Worker::closeAllButTunnels);
        Pauses.until(TUNNEL_TIME, () -> traffic.clients() == 0);
        LOG.info("router handed over and ends");
        end();
    }

    private void giveFilesUp() {
        synchronized (files) {
            closeHandOver();
            unlock();
        }
    }

    /** Takes no more connections, lets requests finish within the drain timeout, and ends. Blocks until then. */
    @Override
    public void close() {
        if (leaving.compareAndSet(false, true)) {
            traffic.leave();
            synchronized (files) {
                closeControl();
                closeHandOver();
            }
            listeners.closeAll();
            Pauses.until(settings.drainTimeout(), () -> {
                listeners.workers().forEach(Worker::closeIdleClients);
                return traffic.underWay() == 0;
            });
            Pauses.until(Duration.ofMillis(200), () -> traffic.clients() == 0);
            unlock();
            end();
        }
    }

    /** Ends at once, as a kill would. */
    void kill() {
        leaving.set(true);
        listeners.closeAll();
        synchronized (files) {
            closeControl();
            unlock();
        }
        end();
    }

    private void end() {
        listeners.workers().forEach(Worker::closeAllClients);
        control.shutdownNow();
        awaitControl();
        transport.close();
        ended.countDown();
    }

    /** Waits for a table that is being written, so that none is written after the end. */
    private void awaitControl() {
        try {
            if (!control.awaitTermination(CONTROL_TIME.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("the control thread has not ended within {}", CONTROL_TIME);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void closeControl() {
        ControlServer server = controlServer;
        controlServer = null;
        if (server != null) {
            server.close();
        }
    }

    private void closeHandOver() {
        HandOver giving = handOver;
        handOver = null;
        if (giving != null) {
            giving.close();
        }
    }

    private void unlock() {
        PidLock held = lock;
        lock = null;
        if (held != null) {
            held.close();
        }
    }

    /** Waits until the router has ended, by a hand-over or by {@link #close}. */
    void awaitEnd() throws InterruptedException {
        ended.await();
    }

    /** As {@link #awaitEnd()}, at most for the drain timeout. */
    void awaitEndBriefly() throws InterruptedException {
        ended.await(settings.drainTimeout().toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The bytes of direct memory in the pools of buffers. */
    long memoryInPools() {
        return transport.memoryInPools();
    }

    /** The pooled buffers that are not released; none after the end. */
    long buffersInUse() {
        return transport.buffersInUse();
    }
}
