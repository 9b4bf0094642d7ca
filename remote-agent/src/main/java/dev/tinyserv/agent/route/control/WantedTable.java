package dev.tinyserv.agent.route.control;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.route.control.ControlMessage.Question;
import dev.tinyserv.agent.route.table.AppRoute;
import dev.tinyserv.agent.route.table.PortRoute;
import dev.tinyserv.agent.route.table.RouteFiles;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The wanted routes, and how far the router has applied them. Changes are numbered. A change is written to the app's
 * file first, and then sent: as the app's name to a router that reads files, in a table of all routes to one of version
 * 0.1. Not safe for several threads by itself.
 */
final class WantedTable {
    /** The least {@link RouterStatus#speaks} of a router that reads files. */
    static final int FILES = 2;

    /** A change to be written to the app's file; without a route the file is deleted. */
    record Unwritten(AppName app, @Nullable AppRoute route, long change) {}

    /**
     * A question to be sent.
     *
     * @param all whether it is about all apps
     * @param question makes the question with an id
     * @param changes the number of each app's change that the answer confirms
     */
    record Sending(boolean all, LongFunction<Question> question, Map<AppName, Long> changes) {}

    /** The result of an answer for an app: the errors by front, and the futures to complete. */
    record Followed(AppName app, Map<String, String> errors, List<CompletableFuture<Map<String, String>>> waiting) {}

    /** How far the router has applied the wanted table. */
    private enum Phase {
        /** It has not said yet what it reads, or has refused: nothing is sent. */
        AWAY,
        /** It must be sent everything. */
        GREETED,
        /** It was sent everything, and has not answered. */
        ASKED,
        /** It has followed everything, and is sent what changes. */
        FOLLOWING
    }

    /**
     * The wanted route of an app.
     *
     * @param route null for none
     * @param change the number of the last change
     * @param written the number of the change in its file
     * @param done the number of the change that the router has applied
     * @param errors why the router cannot serve fronts, by front
     * @param waiting the futures that wait for a change, by its number
     */
    private record Wish(
            @Nullable AppRoute route,
            long change,
            long written,
            long done,
            Map<String, String> errors,
            NavigableMap<Long, CompletableFuture<Map<String, String>>> waiting) {
        private static final Wish NONE = new Wish(null, 0, 0, 0, Map.of(), new TreeMap<>());

        Wish wanting(@Nullable AppRoute next, long number) {
            var left = new TreeMap<>(waiting);
            left.values().removeIf(CompletableFuture::isDone);
            return new Wish(next, number, written, done, errors, left);
        }

        Wish withWritten(long number) {
            return new Wish(route, change, number, done, errors, waiting);
        }

        Wish withoutFile() {
            return new Wish(route, change, 0, 0, errors, waiting);
        }

        Wish withDone(long number, Map<String, String> why) {
            return new Wish(route, change, written, Math.max(done, number), why, waiting);
        }

        List<CompletableFuture<Map<String, String>>> takeWaiting(long upTo) {
            var past = waiting.headMap(upTo, true);
            List<CompletableFuture<Map<String, String>>> taken = List.copyOf(past.values());
            past.clear();
            return taken;
        }

        /** The errors that concern the fronts of this route. */
        Map<String, String> ours(Map<String, String> all) {
            Map<String, String> ours = new TreeMap<>(all);
            ours.keySet()
                    .retainAll(
                            route == null
                                    ? List.of()
                                    : route.fronts().stream()
                                            .map(Object::toString)
                                            .toList());
            return ours;
        }
    }

    private final Map<AppName, Wish> wishes = new TreeMap<>();
    /** The apps whose change is not sent yet. */
    private final Set<AppName> news = new LinkedHashSet<>();

    private Phase phase = Phase.AWAY;
    private int speaks;
    private long change;
    private boolean begun;

    /**
     * Wants these routes, and none for other apps with files. A change that was wanted already counts instead.
     *
     * @return all changes to be written; later ones are returned by {@link #want}
     */
    List<Unwritten> begin(Collection<AppRoute> all, Collection<RouteFiles.Versioned> kept) {
        kept.forEach(file -> change = Math.max(change, file.version()));
        all.forEach(route -> wishes.computeIfAbsent(route.app(), app -> Wish.NONE.wanting(route, ++change)));
        kept.forEach(file -> wishes.computeIfAbsent(file.route().app(), app -> Wish.NONE.wanting(null, ++change)));
        begun = true;
        List<Unwritten> first = new ArrayList<>();
        wishes.forEach((app, wish) -> first.add(new Unwritten(app, wish.route(), wish.change())));
        return first;
    }

    /** Wants this route, or none, for the app. Returns the change if it must be written. */
    Optional<Unwritten> want(AppName app, @Nullable AppRoute route) {
        Wish wish = wishes.getOrDefault(app, Wish.NONE);
        if (wish.change() > 0 && Objects.equals(route, wish.route())) {
            return Optional.empty();
        }
        wishes.put(app, wish.wanting(route, ++change));
        return begun ? Optional.of(new Unwritten(app, route, change)) : Optional.empty();
    }

    /** Completes with the errors by front once the router has applied the app's last change. */
    CompletableFuture<Map<String, String>> followed(AppName app) {
        Wish wish = wishes.get(app);
        if (wish == null || (wish.done() >= wish.change() && phase == Phase.FOLLOWING)) {
            return CompletableFuture.completedFuture(wish == null ? Map.of() : wish.errors());
        }
        return wish.waiting().computeIfAbsent(wish.change(), number -> new CompletableFuture<>());
    }

    /** The app's last change, if it is not in its file. */
    Optional<Unwritten> unwritten(AppName app) {
        Wish wish = wishes.get(app);
        return wish == null || wish.written() == wish.change()
                ? Optional.empty()
                : Optional.of(new Unwritten(app, wish.route(), wish.change()));
    }

    /** The routes whose last change was written to their files. */
    List<Unwritten> inFiles() {
        List<Unwritten> inFiles = new ArrayList<>();
        wishes.forEach((app, wish) -> {
            if (wish.route() != null && wish.written() == wish.change()) {
                inFiles.add(new Unwritten(app, wish.route(), wish.change()));
            }
        });
        return inFiles;
    }

    /** Notes that a route is not in its file any more. Returns whether it must be written again. */
    boolean lost(Unwritten change) {
        Wish wish = wishes.get(change.app());
        if (wish == null || wish.written() != change.change() || wish.change() != change.change()) {
            return false;
        }
        wishes.put(change.app(), wish.withoutFile());
        return true;
    }

    /** Notes that a change was written. Returns what must be written instead, if there is a later change. */
    Optional<Unwritten> written(Unwritten done) {
        Wish wish = wishes.get(done.app());
        if (wish == null) {
            return done.route() == null ? Optional.empty() : Optional.of(new Unwritten(done.app(), null, 0));
        }
        if (done.change() < wish.change()) {
            return Optional.of(new Unwritten(done.app(), wish.route(), wish.change()));
        }
        wishes.put(done.app(), wish.withWritten(done.change()));
        news.add(done.app());
        return Optional.empty();
    }

    /** Notes the version of a router and what it reads. Everything is sent next. */
    void greeted(long version, int reads) {
        change = Math.max(change, version);
        speaks = reads;
        phase = Phase.GREETED;
    }

    /** The questions to be sent now; none while a router of version 0.1 has not answered the last table. */
    List<Sending> next() {
        boolean byFiles = speaks >= FILES;
        if (phase == Phase.GREETED || (phase == Phase.FOLLOWING && !byFiles && !news.isEmpty())) {
            phase = Phase.ASKED;
            news.clear();
            return List.of(byFiles ? allFiles(++change) : allRoutes(++change));
        }
        List<Sending> next = new ArrayList<>();
        if (phase != Phase.AWAY && byFiles) {
            news.forEach(app -> {
                Wish wish = wishes.get(app);
                if (wish != null) {
                    next.add(alone(app, wish.written()));
                }
            });
            news.clear();
        }
        return next;
    }

    private static Sending alone(AppName app, long number) {
        return new Sending(false, id -> new ControlMessage.Changed(id, number, app), Map.of(app, number));
    }

    private Sending allFiles(long version) {
        Map<AppName, Long> changes = new TreeMap<>();
        List<AppName> unwritten = new ArrayList<>();
        wishes.forEach((app, wish) -> {
            changes.put(app, wish.written());
            if (wish.written() == 0) {
                unwritten.add(app);
            }
        });
        return new Sending(true, id -> new ControlMessage.All(id, version, unwritten), changes);
    }

    private Sending allRoutes(long version) {
        Map<AppName, Long> changes = new TreeMap<>();
        List<PortRoute> routes = new ArrayList<>();
        wishes.forEach((app, wish) -> {
            changes.put(app, wish.change());
            if (wish.route() != null) {
                routes.addAll(PortRoute.of(wish.route()));
            }
        });
        return new Sending(true, id -> new ControlMessage.Table(id, version, routes), changes);
    }

    /** Notes that the router has applied what was sent. Returns the result for each app. */
    List<Followed> done(Sending sent, Map<String, String> errors) {
        if (sent.all() && phase == Phase.ASKED) {
            phase = Phase.FOLLOWING;
        }
        List<Followed> all = new ArrayList<>();
        sent.changes().forEach((app, number) -> {
            Wish wish = wishes.get(app);
            if (wish != null) {
                Wish now = wish.withDone(number, wish.ours(errors));
                all.add(new Followed(app, now.errors(), now.takeWaiting(now.done())));
                wishes.put(app, now);
                if (now.route() == null && now.done() >= now.change()) {
                    wishes.remove(app);
                }
            }
        });
        return all;
    }

    /** Notes a refusal: nothing is sent before the next {@link #greeted}. Returns the futures to fail. */
    List<CompletableFuture<Map<String, String>>> refused(Sending sent) {
        phase = Phase.AWAY;
        List<CompletableFuture<Map<String, String>>> waiting = new ArrayList<>();
        sent.changes().forEach((app, number) -> {
            Wish wish = wishes.get(app);
            if (wish != null) {
                waiting.addAll(wish.takeWaiting(number));
            }
        });
        return waiting;
    }

    /** Whether the router has applied all changes. */
    boolean isAllDone() {
        return phase == Phase.FOLLOWING && wishes.values().stream().allMatch(wish -> wish.done() >= wish.change());
    }

    /** Notes that the router listens on a lost port again. */
    void portBack(AppName app, int port) {
        wishes.computeIfPresent(app, (name, wish) -> {
            Map<String, String> left = new TreeMap<>(wish.errors());
            left.remove(String.valueOf(port));
            return wish.withDone(wish.done(), left);
        });
    }
}
