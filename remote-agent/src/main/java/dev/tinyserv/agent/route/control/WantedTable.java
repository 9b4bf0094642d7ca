package dev.tinyserv.agent.route.control;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.route.control.ControlMessage.Question;
import dev.tinyserv.agent.route.table.AppRoute;
import dev.tinyserv.agent.route.table.PortRoute;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What the agent wants the router to serve, and how far the router has followed. Changes are numbered; a change goes to
 * the app's file first and is then sent: as the app's name to a router that reads the files, in a table of all routes to
 * one of version 0.1. Not safe for threads by itself.
 */
final class WantedTable {
    /** What a router reads: from this on, files. */
    static final int FILES = 2;

    /** A change that is to be written to the app's file; without a route the file goes. */
    record Unwritten(AppName app, @Nullable AppRoute route, long change) {}

    /** What an answer says of an app: why fronts cannot be had, and whom to tell. */
    record Followed(AppName app, Map<String, String> errors, List<CompletableFuture<Map<String, String>>> waiting) {}

    private static final class Wish {
        private @Nullable AppRoute route;
        private long change;
        private long tried;
        private long written;
        private long sent;
        private long done;
        private Map<String, String> errors = Map.of();
        private final TreeMap<Long, CompletableFuture<Map<String, String>>> waiting = new TreeMap<>();

        List<CompletableFuture<Map<String, String>>> takeWaiting(long upTo) {
            var past = waiting.headMap(upTo, true);
            List<CompletableFuture<Map<String, String>>> taken = List.copyOf(past.values());
            past.clear();
            return taken;
        }
    }

    private final Map<AppName, Wish> wishes = new TreeMap<>();
    /** What is not sent yet. */
    private final Set<AppName> news = new LinkedHashSet<>();

    private final Map<Long, AppName> sentAlone = new HashMap<>();
    private boolean complete;
    private boolean paused;
    private boolean wholeDone;
    private int speaks;
    private long change;
    /** The message with all routes that is not answered yet, or 0. */
    private long whole;

    /** Wants these routes, unless another change of their apps is known already. */
    void begin(Collection<AppRoute> all, long lastChange) {
        change = Math.max(change, lastChange);
        for (AppRoute route : all) {
            if (!wishes.containsKey(route.app())) {
                want(route.app(), route);
            }
        }
    }

    /** Wants this route, or none for this app; returns the change that is to be written, if it is one. */
    Optional<Unwritten> want(AppName app, @Nullable AppRoute route) {
        Wish wish = wishes.computeIfAbsent(app, name -> new Wish());
        wish.waiting.values().removeIf(CompletableFuture::isDone);
        if (wish.change > 0 && Objects.equals(route, wish.route)) {
            return Optional.empty();
        }
        wish.route = route;
        wish.change = ++change;
        return Optional.of(new Unwritten(app, route, change));
    }

    /** Completes with why fronts cannot be had once the router has followed the app's last change. */
    CompletableFuture<Map<String, String>> followed(AppName app) {
        Wish wish = wishes.get(app);
        if (wish == null || (wish.done >= wish.change && wholeDone)) {
            return CompletableFuture.completedFuture(wish == null ? Map.of() : wish.errors);
        }
        return wish.waiting.computeIfAbsent(wish.change, number -> new CompletableFuture<>());
    }

    /**
     * What nobody has tried to write yet. Once that is nothing the table is complete: changes are sent from then on, and
     * who makes one writes it.
     */
    List<Unwritten> untried() {
        List<Unwritten> all = new ArrayList<>();
        wishes.forEach((app, wish) -> {
            if (wish.tried < wish.change) {
                wish.tried = wish.change;
                all.add(new Unwritten(app, wish.route, wish.change));
            }
        });
        complete |= all.isEmpty();
        return all;
    }

    boolean isComplete() {
        return complete;
    }

    /** The app's last change, if it does not stand in its file. */
    Optional<Unwritten> unwritten(AppName app) {
        Wish wish = wishes.get(app);
        return wish == null || wish.written == wish.change
                ? Optional.empty()
                : Optional.of(new Unwritten(app, wish.route, wish.change));
    }

    /** A change stands in the app's file; returns what has to stand there instead, if a later one was written before. */
    Optional<Unwritten> written(Unwritten done) {
        Wish wish = wishes.get(done.app());
        if (wish == null) {
            return done.route() == null ? Optional.empty() : Optional.of(new Unwritten(done.app(), null, 0));
        }
        if (done.change() < wish.written) {
            return Optional.of(new Unwritten(done.app(), wish.route, wish.change));
        }
        wish.written = done.change();
        news.add(done.app());
        return Optional.empty();
    }

    /** A router told which version it has, and what it reads; it must be sent everything. */
    void greeted(long version, int reads) {
        change = Math.max(change, version);
        speaks = reads;
        paused = false;
        wholeDone = false;
        whole = 0;
        sentAlone.clear();
    }

    /** What is to be sent now; nothing while a message with all routes is due to be answered by a router of 0.1. */
    List<Question> next() {
        List<Question> questions = new ArrayList<>();
        if (!complete || paused) {
            return questions;
        }
        if (!wholeDone && whole == 0) {
            questions.add(whole());
        } else if (speaks >= FILES) {
            news.forEach(app -> alone(app, questions));
            news.clear();
        } else if (whole == 0 && !news.isEmpty()) {
            questions.add(whole());
        }
        return questions;
    }

    private Question whole() {
        whole = ++change;
        news.clear();
        List<AppName> unwritten = new ArrayList<>();
        List<PortRoute> routes = new ArrayList<>();
        wishes.forEach((app, wish) -> {
            wish.sent = speaks >= FILES ? wish.written : wish.change;
            if (wish.written == 0) {
                unwritten.add(app);
            }
            if (wish.route != null) {
                routes.addAll(PortRoute.of(wish.route));
            }
        });
        return speaks >= FILES
                ? new ControlMessage.All(whole, whole, unwritten)
                : new ControlMessage.Table(whole, whole, routes);
    }

    private void alone(AppName app, List<Question> questions) {
        Wish wish = wishes.get(app);
        if (wish != null && wish.written > wish.sent) {
            wish.sent = wish.written;
            sentAlone.put(wish.sent, app);
            questions.add(new ControlMessage.Changed(wish.sent, wish.sent, app));
        }
    }

    /** Whether this is the number of a question that {@link #next} gave. */
    boolean isOurs(long id) {
        return id != 0 && (id == whole || sentAlone.containsKey(id));
    }

    /** The router has followed; returns what that says of each app. */
    List<Followed> done(long id, Map<String, String> errors) {
        List<Followed> all = new ArrayList<>();
        for (AppName app : answered(id)) {
            Wish wish = wishes.get(app);
            if (wish != null) {
                wish.done = Math.max(wish.done, wish.sent);
                wish.errors = of(wish.route, errors);
                all.add(new Followed(app, wish.errors, wish.takeWaiting(wish.done)));
                if (wish.route == null && wish.done >= wish.change) {
                    wishes.remove(app);
                }
            }
        }
        return all;
    }

    private List<AppName> answered(long id) {
        if (id == whole) {
            whole = 0;
            wholeDone = true;
            return List.copyOf(wishes.keySet());
        }
        AppName app = sentAlone.remove(id);
        return app == null ? List.of() : List.of(app);
    }

    private static Map<String, String> of(@Nullable AppRoute route, Map<String, String> errors) {
        Map<String, String> ours = new TreeMap<>();
        if (route != null && !errors.isEmpty()) {
            route.fronts().stream()
                    .map(Object::toString)
                    .filter(errors::containsKey)
                    .forEach(front -> ours.put(front, errors.get(front)));
        }
        return ours;
    }

    /** The router has refused, and nothing is sent before the next {@link #greeted}; returns whom to tell. */
    List<CompletableFuture<Map<String, String>>> refused(long id) {
        paused = true;
        List<CompletableFuture<Map<String, String>>> waiting = new ArrayList<>();
        for (AppName app : answered(id)) {
            Wish wish = wishes.get(app);
            if (wish != null) {
                waiting.addAll(wish.takeWaiting(wish.sent));
            }
        }
        wholeDone = false;
        return waiting;
    }

    /** Whether the router has followed all changes. */
    boolean isAllDone() {
        return complete && wholeDone && wishes.values().stream().allMatch(wish -> wish.done >= wish.change);
    }

    /** The router listens on a port that it had lost. */
    void portBack(AppName app, int port) {
        Wish wish = wishes.get(app);
        if (wish != null) {
            Map<String, String> left = new TreeMap<>(wish.errors);
            left.remove(String.valueOf(port));
            wish.errors = left;
        }
    }
}
