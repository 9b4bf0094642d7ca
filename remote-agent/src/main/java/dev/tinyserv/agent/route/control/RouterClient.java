package dev.tinyserv.agent.route.control;

import dev.tinyserv.agent.app.Affinity;
import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.Endpoint;
import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.agent.deploy.PortNotServed;
import dev.tinyserv.agent.deploy.Routes;
import dev.tinyserv.agent.event.Events;
import dev.tinyserv.agent.event.RouteEvent;
import dev.tinyserv.agent.route.control.ControlMessage.Answer;
import dev.tinyserv.agent.route.control.ControlMessage.Done;
import dev.tinyserv.agent.route.control.ControlMessage.Question;
import dev.tinyserv.agent.route.control.ControlMessage.Refused;
import dev.tinyserv.agent.route.control.ControlMessage.Routed;
import dev.tinyserv.agent.route.control.WantedTable.Followed;
import dev.tinyserv.agent.route.control.WantedTable.Sending;
import dev.tinyserv.agent.route.control.WantedTable.Unwritten;
import dev.tinyserv.agent.route.table.AppRoute;
import dev.tinyserv.agent.route.table.RouteFiles;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.buildpack.Site;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agent's side of the control socket. The client writes wanted routes to files, one an app, and tells the router
 * which file has changed, or to read all when the router comes back. So a killed router or agent loses no route. A
 * router of version 0.1, which reads no files, gets the whole table instead. Before {@link #begin} nothing is written
 * or sent, so a restarting agent never removes a route. Safe for several threads, as long as the changes of one app
 * come one after another.
 */
public final class RouterClient implements Routes, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RouterClient.class);
    private static final Duration ANSWER_TIME = Duration.ofSeconds(10);
    private static final Duration STATUS_TIME = Duration.ofSeconds(2);
    private static final Duration RECONNECT_TIME = Duration.ofMillis(100);
    private static final Executor A_SECOND_LATER = CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS);

    private final Events events;
    private final RouterLink link;
    private final RouteFiles files;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final WantedTable wanted = new WantedTable();
    private final Map<AppName, Set<String>> lost = new HashMap<>();
    private final Set<AppName> claiming = ConcurrentHashMap.newKeySet();
    private final Questions questions = new Questions();
    /** The connected router whose status is known; null while there is none. */
    private @Nullable LineChannel router;

    /** A client that begins to connect at {@link #begin}. */
    public RouterClient(Layout layout, Events events) {
        this.events = events;
        this.files = new RouteFiles(layout.routes());
        this.link = new RouterLink(layout.routerSocket(), this::greet, this::receive, this::lose);
    }

    /** Gives the complete first table, without routes that were {@link #set} already, and connects. Called once. */
    public void begin(Collection<AppRoute> routes) {
        Map<AppName, RouteFiles.Versioned> kept = readFiles();
        locked(() -> wanted.begin(routes, kept.values())).forEach(change -> writeSoon(change, kept.get(change.app())));
        link.start();
    }

    private Map<AppName, RouteFiles.Versioned> readFiles() {
        Map<AppName, RouteFiles.Versioned> kept = new HashMap<>();
        files.readAll().forEach(file -> kept.put(file.route().app(), file));
        return kept;
    }

    /**
     * Writes routes again whose files were deleted or damaged: a router that comes back reads its routes from files.
     */
    private void writeLostFiles() {
        Map<AppName, RouteFiles.Versioned> kept = readFiles();
        for (Unwritten change : locked(wanted::inFiles)) {
            RouteFiles.Versioned file = kept.get(change.app());
            boolean isThere = file != null && file.route().equals(change.route());
            if (!isThere && locked(() -> wanted.lost(change))) {
                LOG.warn("the file of the route of {} was missing or damaged, and is written again", change.app());
                writeSoon(change, file);
            }
        }
    }

    private void writeSoon(Unwritten change, RouteFiles.@Nullable Versioned kept) {
        try {
            AppRoute route = change.route();
            if (route == null) {
                files.delete(change.app());
            } else if (kept == null || !kept.route().equals(route)) {
                files.writeSoon(change.change(), route);
            }
            locked(() -> wanted.written(change)).ifPresent(this::write);
        } catch (Refusal e) {
            LOG.error("the route of {} cannot change until its file can be written: {}", change.app(), e.getMessage());
            writeAgainLater(change.app());
        }
    }

    private void write(Unwritten change) {
        Optional<Unwritten> next = Optional.of(change);
        while (next.isPresent()) {
            Unwritten now = next.get();
            AppRoute route = now.route();
            if (route == null) {
                files.delete(now.app());
            } else {
                files.write(now.change(), route);
            }
            next = locked(() -> wanted.written(now));
        }
    }

    private void writeAgainLater(AppName app) {
        A_SECOND_LATER.execute(() -> {
            try {
                locked(() -> wanted.unwritten(app)).ifPresent(this::write);
                send();
            } catch (Refusal e) {
                LOG.debug("still not written", e);
                writeAgainLater(app);
            }
        });
    }

    /** Waits until the router has acknowledged all wanted routes. Returns whether it did within the limit. */
    public boolean awaitReady(Duration limit) {
        return await(limit, wanted::isAllDone);
    }

    /** Whether a router is connected now. Does not wait. */
    public boolean isConnected() {
        return locked(() -> router != null);
    }

    /** The status of the router. Throws a {@link Refusal} if the router does not answer within 2 s. */
    public RouterStatus status() {
        return ask(STATUS_TIME, (id, leftMillis) -> new ControlMessage.Status(id))
                .map(Done::status)
                .orElseThrow(RouterClient::away);
    }

    @Override
    public CompletableFuture<Void> set(
            AppName app, int port, List<Endpoint> targets, Affinity affinity, @Nullable Site site, String reason) {
        return want(app, AppRoute.of(app, port, targets, site, reason).withAffinity(affinity))
                .thenAccept(errors -> errors.forEach((front, why) -> {
                    throw new PortNotServed("the router cannot listen on port " + front + " of " + app + ": " + why
                            + "; it goes on trying, so end what holds the port");
                }));
    }

    @Override
    public CompletableFuture<Void> followed(AppName app) {
        return locked(() -> wanted.followed(app)).thenAccept(errors -> {});
    }

    @Override
    public boolean claim(AppName app, int port, String reason) {
        claiming.add(app);
        boolean answered = false;
        try {
            boolean claimed = answer(want(app, AppRoute.of(app, port, List.of(), null, reason)))
                    .isEmpty();
            answered = true;
            if (!claimed) {
                answer(want(app, null));
            }
            return claimed;
        } catch (Away e) {
            throw new Refusal(
                    "the router does not answer, so " + app
                            + " is not created; `tinyserv-remote status` says whether it" + " runs",
                    e);
        } finally {
            if (!answered) {
                CompletableFuture<?> unused = want(app, null);
            }
            claiming.remove(app);
        }
    }

    @Override
    public void remove(AppName app) {
        try {
            answer(want(app, null));
        } catch (Away e) {
            throw new Refusal(
                    "the router does not answer, so " + app + " is not destroyed; `tinyserv-remote status` says whether"
                            + " it runs",
                    e);
        }
    }

    /** Wants this route, or none. Completes with the errors by front once the router has applied it. */
    private CompletableFuture<Map<String, String>> want(AppName app, @Nullable AppRoute route) {
        record Wanting(Optional<Unwritten> change, CompletableFuture<Map<String, String>> followed) {}
        Wanting wanting = locked(() -> new Wanting(wanted.want(app, route), wanted.followed(app)));
        try {
            wanting.change().ifPresent(this::write);
        } catch (Refusal e) {
            writeAgainLater(app);
            return CompletableFuture.failedFuture(e);
        }
        send();
        return wanting.followed()
                .copy()
                .orTimeout(ANSWER_TIME.toMillis(), TimeUnit.MILLISECONDS)
                .handle((errors, problem) -> {
                    if (problem == null) {
                        return errors;
                    }
                    throw problem instanceof Refusal refusal ? refusal : away();
                });
    }

    private static <T> T answer(CompletableFuture<T> future) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw away();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Refusal refusal ? refusal : away();
        }
    }

    private static Refusal away() {
        return new Away();
    }

    private static final class Away extends Refusal {
        private static final long serialVersionUID = 1L;

        Away() {
            super("the router does not answer; it is told as soon as it is back: `tinyserv-remote status` says whether"
                    + " it runs");
        }
    }

    @Override
    public void drain(List<Endpoint> endpoints, Duration limit) {
        if (!endpoints.isEmpty()) {
            Optional<Done> unused = ask(limit, (id, leftMillis) -> new ControlMessage.Drain(id, endpoints, leftMillis));
        }
    }

    private interface Asking {
        Question question(long id, long leftMillis);
    }

    /** Asks, and asks again after a refusal or an absence of the router. Empty if nothing was done within the limit. */
    private Optional<Done> ask(Duration limit, Asking asking) {
        long until = System.nanoTime() + limit.toNanos();
        try {
            for (long left = limit.toNanos();
                    left > 0 && !Thread.currentThread().isInterrupted();
                    left = until - System.nanoTime()) {
                Optional<Done> done =
                        await(Duration.ofNanos(left), () -> router != null) ? askOnce(until, asking) : Optional.empty();
                if (done.isPresent()) {
                    return done;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Optional.empty();
    }

    private record Begun(LineChannel to, Questions.Asked asked) {}

    private Optional<Done> askOnce(long until, Asking asking) throws InterruptedException {
        // Under the lock, because nobody would answer a question that begins after the router was lost.
        Optional<Begun> begun = locked(() -> Optional.ofNullable(router).map(to -> new Begun(to, questions.begin())));
        if (begun.isEmpty()) {
            return Optional.empty();
        }
        Questions.Asked asked = begun.get().asked();
        long leftMillis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime()));
        try {
            begun.get().to().send(asking.question(asked.id(), leftMillis).toLine());
            if (asked.answer().get(leftMillis, TimeUnit.MILLISECONDS) instanceof Done done) {
                return Optional.of(done);
            }
            LineChannel refusing = begun.get().to();
            await(RECONNECT_TIME, () -> router != refusing);
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("asking again after the router was away", e);
        } finally {
            questions.forget(asked.id());
        }
        return Optional.empty();
    }

    private CompletableFuture<Answer> ask(LineChannel to, LongFunction<Question> question) {
        Questions.Asked asked = questions.begin();
        to.send(question.apply(asked.id()).toLine());
        return asked.answer();
    }

    /** Sends all changes, under the lock to keep their order: sending a line does not wait. */
    private void send() {
        locked(() -> {
            LineChannel to = router;
            if (to != null) {
                wanted.next().forEach(sending -> {
                    Questions.Asked asked = questions.begin();
                    CompletableFuture<?> unused = asked.answer().thenAccept(answer -> answered(to, sending, answer));
                    to.send(sending.question().apply(asked.id()).toLine());
                });
            }
        });
    }

    private void greet(LineChannel channel) {
        CompletableFuture<?> unused =
                ask(channel, ControlMessage.Status::new).thenAccept(answer -> welcome(channel, answer));
    }

    private void welcome(LineChannel channel, Answer answer) {
        writeLostFiles();
        locked(() -> {
            router = channel;
            if (answer instanceof Done done) {
                RouterStatus status = done.status();
                wanted.greeted(done.version(), status == null ? 0 : status.speaks());
            }
            changed.signalAll();
        });
        send();
    }

    private void lose() {
        locked(() -> router = null);
        questions.lose();
    }

    private void receive(ControlMessage message) {
        if (message instanceof Answer answer) {
            questions.answered(answer);
        } else if (message instanceof ControlMessage.Failed failed) {
            events.publish(failed.event());
        } else if (message instanceof ControlMessage.PortLost gone) {
            if (locked(() -> lost(gone.app()).add(String.valueOf(gone.port())))) {
                events.publish(new RouteEvent.PortLost(gone.app(), gone.port(), gone.text()));
            }
        } else if (message instanceof ControlMessage.PortBack back) {
            boolean known = locked(() -> {
                wanted.portBack(back.app(), back.port());
                return lost(back.app()).remove(String.valueOf(back.port()));
            });
            if (known) {
                events.publish(new RouteEvent.PortBack(back.app(), back.port()));
            }
        }
    }

    private Set<String> lost(AppName app) {
        return lost.computeIfAbsent(app, name -> new TreeSet<>());
    }

    private void answered(LineChannel from, Sending sent, Answer answer) {
        if (answer instanceof Refused refused) {
            Refusal refusal = new Refusal("the router refused: " + refused.text());
            locked(() -> wanted.refused(sent)).forEach(waiting -> waiting.completeExceptionally(refusal));
            A_SECOND_LATER.execute(() -> greetAgain(from));
        } else {
            List<Followed> all = locked(() -> {
                List<Followed> followed = wanted.done(sent, errors(answer));
                changed.signalAll();
                return followed;
            });
            all.forEach(this::tell);
            send();
        }
    }

    private static Map<String, String> errors(Answer answer) {
        if (answer instanceof Routed routed) {
            return routed.errors();
        }
        Map<String, String> errors = new TreeMap<>();
        if (answer instanceof Done done && done.portErrors() != null) {
            done.portErrors().forEach((port, why) -> errors.put(String.valueOf(port), why));
        }
        return errors;
    }

    /** Asks for the status and sends again after a refusal: the router may have another version than assumed. */
    private void greetAgain(LineChannel channel) {
        boolean isStillThere = locked(() -> {
            boolean same = router == channel;
            router = same ? null : router;
            return same;
        });
        if (isStillThere) {
            greet(channel);
        }
    }

    private void tell(Followed followed) {
        AppName app = followed.app();
        Set<String> news = locked(() -> {
            Set<String> before = lost.remove(app);
            Set<String> now = new TreeSet<>(followed.errors().keySet());
            if (!now.isEmpty() && !claiming.contains(app)) {
                lost.put(app, new TreeSet<>(now));
                now.removeAll(before == null ? Set.of() : before);
                return now;
            }
            return Set.of();
        });
        followed.errors().forEach((front, why) -> {
            if (news.contains(front)) {
                events.publish(new RouteEvent.PortLost(app, Integer.parseInt(front), why));
            }
        });
        followed.waiting().forEach(waiting -> waiting.complete(followed.errors()));
    }

    private boolean await(Duration limit, BooleanSupplier condition) {
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

    private <T extends @Nullable Object> T locked(Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }

    /** Ends the connection. The router goes on serving its routes. */
    @Override
    public void close() {
        link.close();
    }
}
