package dev.tinyserv.agent.route.control;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.Endpoint;
import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.agent.deploy.Routes;
import dev.tinyserv.agent.route.table.AppRoute;
import dev.tinyserv.buildpacks.Refusal;
import dev.tinyserv.buildpacks.buildpack.Site;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agent's side of the control socket. It keeps the whole wanted table and sends it whenever it changes or the
 * router comes back, so a killed router or agent costs nothing but time. Nothing is sent before {@link #begin} has given
 * the complete first table: a restarting agent never takes an app's route away. Safe for several threads.
 */
public final class RouterClient implements Routes, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RouterClient.class);
    private static final Duration ANSWER_TIME = Duration.ofSeconds(10);
    private static final Duration STATUS_TIME = Duration.ofSeconds(2);
    private static final Duration RECONNECT_TIME = Duration.ofMillis(100);

    private final RouterNotices notices;
    private final RouterLink link;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final WantedTable wanted = new WantedTable();
    private final Set<Integer> lostPorts = new TreeSet<>();
    private final Set<AppName> claiming = ConcurrentHashMap.newKeySet();
    private final Map<Long, CompletableFuture<ControlMessage>> questions = new HashMap<>();
    private @Nullable LineChannel router;
    private boolean greeted;
    private long greeting;
    private long lastId;

    /** A client that begins to connect at {@link #begin}. */
    public RouterClient(Layout layout, RouterNotices notices) {
        this.notices = notices;
        this.link = new RouterLink(layout.routerSocket(), new RouterLink.Listener() {
            @Override
            public void connected(LineChannel channel) {
                greet(channel);
            }

            @Override
            public void received(ControlMessage message) {
                receive(message);
            }

            @Override
            public void disconnected() {
                lose();
            }
        });
    }

    /** Gives the complete first table, without what was {@link #set} already, and connects. To be called once. */
    public void begin(Collection<AppRoute> routes) {
        locked(() -> wanted.begin(routes));
        link.start();
    }

    /** Waits until the router has acknowledged all that is wanted; whether it did within the limit. */
    public boolean awaitReady(Duration limit) {
        return await(limit, wanted::isAllDone);
    }

    /** Whether a router answers right now; does not wait. */
    public boolean isConnected() {
        return locked(() -> greeted);
    }

    /** What the router says of itself; throws a {@link Refusal} if it does not answer within two seconds. */
    public RouterStatus status() {
        long until = System.nanoTime() + STATUS_TIME.toNanos();
        while (System.nanoTime() - until < 0) {
            Duration left = Duration.ofNanos(Math.max(1, until - System.nanoTime()));
            try {
                RouterStatus status = ask(left, ControlMessage::status)
                        .get(left.toMillis(), TimeUnit.MILLISECONDS)
                        .status();
                if (status != null) {
                    return status;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw away();
            } catch (ExecutionException | TimeoutException e) {
                LOG.debug("asking again after the router was away", e);
            }
        }
        throw away();
    }

    @Override
    public void set(AppName app, int port, List<Endpoint> targets, @Nullable Site site, String reason) {
        String problem = put(AppRoute.of(app, port, targets, site, reason), port);
        if (problem != null) {
            throw new Refusal("the router cannot listen on port " + port + " of " + app + ": " + problem
                    + "; it goes on trying, so end what holds the port");
        }
    }

    @Override
    public boolean claim(AppName app, int port, String reason) {
        claiming.add(app);
        boolean answered = false;
        try {
            boolean claimed = put(AppRoute.of(app, port, List.of(), null, reason), port) == null;
            answered = true;
            if (!claimed) {
                remove(app);
            }
            return claimed;
        } finally {
            if (!answered) {
                locked(() -> wanted.remove(app));
                sendTable();
            }
            claiming.remove(app);
        }
    }

    /** Puts the route into force; returns why its port cannot be listened on, or null. */
    private @Nullable String put(AppRoute route, int port) {
        long change = locked(() -> wanted.put(route));
        sendTable();
        awaitDone(change);
        return locked(() -> wanted.portErrors().get(port));
    }

    @Override
    public void remove(AppName app) {
        long change = locked(() -> wanted.remove(app));
        sendTable();
        awaitDone(change);
    }

    private void awaitDone(long change) {
        boolean answered = await(ANSWER_TIME, () -> wanted.isDone(change) || wanted.isRefused(change));
        if (!answered) {
            throw away();
        }
        String refusal = locked(() -> wanted.isRefused(change) ? wanted.refusal() : "");
        if (!refusal.isEmpty()) {
            throw new Refusal("the router refused: " + refusal);
        }
    }

    private static Refusal away() {
        return new Refusal("the router does not answer; it is told as soon as it is back: `tinyserv-remote status` says"
                + " whether it runs");
    }

    @Override
    public void drain(List<Endpoint> endpoints, Duration limit) {
        long until = System.nanoTime() + limit.toNanos();
        boolean drained = endpoints.isEmpty();
        while (!drained && System.nanoTime() - until < 0) {
            long leftMillis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime()));
            CompletableFuture<ControlMessage> answer = ask(
                    Duration.ofMillis(leftMillis), id -> ControlMessage.drain(id, List.copyOf(endpoints), leftMillis));
            try {
                drained = answer.get(leftMillis + 1000, TimeUnit.MILLISECONDS)
                        .kind()
                        .equals(ControlMessage.DONE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (ExecutionException | TimeoutException e) {
                LOG.debug("draining again after the router was away", e);
            }
        }
    }

    private CompletableFuture<ControlMessage> ask(
            Duration limit, java.util.function.LongFunction<ControlMessage> question) {
        if (!await(limit, () -> greeted)) {
            return CompletableFuture.failedFuture(new IOException("the router is away"));
        }
        CompletableFuture<ControlMessage> answer = new CompletableFuture<>();
        long id = locked(() -> {
            questions.put(--lastId, answer);
            return lastId;
        });
        LineChannel to = locked(() -> router);
        if (to == null) {
            answer.completeExceptionally(new IOException("the router went away"));
        } else {
            to.send(question.apply(id).toLine());
        }
        return answer;
    }

    private void sendTable() {
        record Sending(LineChannel to, ControlMessage table) {}
        Sending sending = locked(() -> {
            LineChannel to = router;
            ControlMessage table = to == null || !greeted ? null : wanted.next();
            return to == null || table == null ? null : new Sending(to, table);
        });
        if (sending != null) {
            sending.to().send(sending.table().toLine());
        }
    }

    private void greet(LineChannel channel) {
        long id = locked(() -> {
            router = channel;
            greeted = false;
            greeting = --lastId;
            return greeting;
        });
        channel.send(ControlMessage.status(id).toLine());
    }

    private void lose() {
        List<CompletableFuture<ControlMessage>> lost = locked(() -> {
            router = null;
            greeted = false;
            List<CompletableFuture<ControlMessage>> all = List.copyOf(questions.values());
            questions.clear();
            return all;
        });
        lost.forEach(question -> question.completeExceptionally(new IOException("the router went away")));
    }

    private void receive(ControlMessage message) {
        switch (message.kind()) {
            case ControlMessage.FAILED -> {
                if (message.app() != null && message.text() != null) {
                    notices.failed(message.app(), message.text());
                }
            }
            case ControlMessage.PORT_LOST -> {
                if (locked(() -> lostPorts.add(message.port())) && message.app() != null && message.text() != null) {
                    notices.portLost(message.app(), message.port(), message.text());
                }
            }
            case ControlMessage.PORT_BACK -> {
                boolean known = locked(() -> {
                    wanted.portBack(message.port());
                    return lostPorts.remove(message.port());
                });
                if (known && message.app() != null) {
                    notices.portBack(message.app(), message.port());
                }
            }
            default -> receiveAnswer(message);
        }
    }

    private void receiveAnswer(ControlMessage message) {
        @Nullable CompletableFuture<ControlMessage> question = null;
        Map<Integer, String> errors = Map.of();
        lock.lock();
        try {
            if (message.id() == greeting) {
                greeted = true;
                wanted.greeted(message.version());
            } else if (wanted.isAnswerToTable(message)) {
                errors = takeAnswerToTable(message);
            } else {
                question = questions.remove(message.id());
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        tellLost(errors);
        if (question != null) {
            question.complete(message);
        }
        sendTable();
    }

    private Map<Integer, String> takeAnswerToTable(ControlMessage message) {
        if (message.kind().equals(ControlMessage.DONE)) {
            Map<Integer, String> errors = message.portErrors() == null ? Map.of() : message.portErrors();
            wanted.done(errors);
            lostPorts.retainAll(errors.keySet());
            return errors;
        }
        wanted.refused(String.valueOf(message.text()));
        CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS).execute(this::greetAgain);
        return Map.of();
    }

    /** After a refusal: the router's version may be another than we think, so ask and then send again. */
    private void greetAgain() {
        LineChannel channel = locked(() -> {
            wanted.tryAgain();
            return router;
        });
        if (channel != null) {
            greet(channel);
        }
    }

    private void tellLost(Map<Integer, String> errors) {
        errors.forEach((port, why) -> {
            AppName app = locked(() -> {
                AppName owner = wanted.appAt(port);
                boolean news = owner != null && !claiming.contains(owner) && lostPorts.add(port);
                return news ? owner : null;
            });
            if (app != null) {
                notices.portLost(app, port, why);
            }
        });
    }

    private boolean await(Duration limit, java.util.function.BooleanSupplier condition) {
        long left = Math.max(limit.toNanos(), RECONNECT_TIME.toNanos());
        lock.lock();
        try {
            while (!condition.getAsBoolean()) {
                if (left <= 0) {
                    return false;
                }
                left = changed.awaitNanos(left);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    private void locked(Runnable action) {
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
    }

    private <T extends @Nullable Object> T locked(java.util.function.Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }

    /** Ends the connection; the router goes on serving what it has. */
    @Override
    public void close() {
        link.close();
    }
}
