package dev.tinyserv.agent.route;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Clients that ask without a pause over kept connections, each second request a POST, and send the cookies that they
 * get. Whatever is not the name of an instance is a problem, but for a 503 with the reason while one is expected.
 */
final class SteadyLoad implements AutoCloseable {
    private static final int REQUESTS_OF_A_CONNECTION = 40;
    private static final Pattern COOKIE = Pattern.compile("\r\nSet-Cookie: ([^;]+);");

    private final int port;
    private final String reason;
    private final List<CompletableFuture<Void>> clients = new ArrayList<>();
    private final List<String> problems = new CopyOnWriteArrayList<>();
    private final Set<String> names = ConcurrentHashMap.newKeySet();
    private final AtomicInteger served = new AtomicInteger();
    private final AtomicInteger reasons = new AtomicInteger();
    private volatile boolean reasonsExpected;
    private volatile boolean stopped;

    SteadyLoad(int port, int count, String reason) {
        this.port = port;
        this.reason = reason;
        for (int i = 0; i < count; i++) {
            clients.add(CompletableFuture.runAsync(this::ask, task -> new Thread(task, "client").start()));
        }
    }

    private void ask() {
        while (!stopped) {
            try (Wire wire = new Wire(port)) {
                String cookie = "";
                boolean kept = true;
                for (int i = 0; kept && i < REQUESTS_OF_A_CONNECTION && !stopped; i++) {
                    String more = cookie.isEmpty() ? "" : "Cookie: " + cookie + "\r\n";
                    Wire.Answer answer = wire.send(
                                    i % 2 == 0
                                            ? "GET / HTTP/1.1\r\nHost: a\r\n" + more + "\r\n"
                                            : "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n" + more + "\r\nabc")
                            .answer();
                    Matcher set = COOKIE.matcher(answer.head());
                    cookie = set.find() ? set.group(1) : cookie;
                    kept = !answer.says("Connection: close");
                    note(i % 2 == 0 ? "GET" : "POST", answer);
                }
            } catch (IOException e) {
                problems.add(e.toString());
            }
        }
    }

    private void note(String method, Wire.Answer answer) {
        if (answer.status() == 200) {
            names.add(answer.body());
            served.incrementAndGet();
        } else if (reasonsExpected && answer.status() == 503 && answer.body().equals(reason)) {
            reasons.incrementAndGet();
        } else {
            problems.add(method + " " + answer.status() + " " + answer.body().strip());
        }
    }

    /** Whether a 503 with the reason is right from now on. */
    void expectReasons(boolean expected) {
        reasonsExpected = expected;
    }

    /** Waits for this many more answers of instances. */
    void awaitServed(int more) {
        int before = served.get();
        RunningRouter.await(() -> served.get() >= before + more);
    }

    /** Waits until each of these instances has answered. */
    void awaitServedBy(Collection<String> instances) {
        RunningRouter.await(() -> names.containsAll(instances));
    }

    /** Waits for this many more answers with the reason. */
    void awaitReasons(int more) {
        int before = reasons.get();
        RunningRouter.await(() -> reasons.get() >= before + more);
    }

    int served() {
        return served.get();
    }

    /** Ends, and returns what went wrong. */
    List<String> problems() {
        close();
        return problems;
    }

    @Override
    public void close() {
        stopped = true;
        clients.forEach(CompletableFuture::join);
    }
}
