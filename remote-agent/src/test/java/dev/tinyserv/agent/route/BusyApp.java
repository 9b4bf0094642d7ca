package dev.tinyserv.agent.route;

import dev.tinyserv.agent.app.Endpoint;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/** An app that keeps a request until it may answer with its name, and counts those that it has. */
final class BusyApp implements AutoCloseable {
    final String name;
    final AtomicInteger underWay = new AtomicInteger();
    final AtomicInteger connections = new AtomicInteger();
    final List<String> heads = new CopyOnWriteArrayList<>();
    private final Semaphore answers = new Semaphore(0);
    private final Backend backend;

    BusyApp(String name) throws IOException {
        this.name = name;
        this.backend = Backend.talking((in, out) -> {
            connections.incrementAndGet();
            try {
                for (String head = Backend.readHead(in); !head.isEmpty(); head = Backend.readHead(in)) {
                    Backend.readBody(in, head);
                    heads.add(head);
                    underWay.incrementAndGet();
                    answers.acquireUninterruptibly();
                    underWay.decrementAndGet();
                    Backend.write(out, answer(head));
                }
            } finally {
                connections.decrementAndGet();
            }
        });
    }

    private String answer(String head) {
        return head.contains("\r\nUpgrade: ")
                ? "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nX-From: " + name
                        + "\r\n\r\n"
                : "HTTP/1.1 200 OK\r\nX-From: " + name + "\r\nContent-Length: " + name.length() + "\r\n\r\n" + name;
    }

    /** Lets this many requests be answered. */
    BusyApp answer(int count) {
        answers.release(count);
        return this;
    }

    /** Answers whatever comes. */
    BusyApp answerAll() {
        return answer(1_000_000);
    }

    Endpoint endpoint() {
        return backend.endpoint();
    }

    /** Dies: its connections break, and new ones are refused. */
    @Override
    public void close() throws IOException {
        answerAll();
        backend.close();
    }

    /** As a kill: nothing under way is answered. */
    void kill() throws IOException {
        backend.close();
        answerAll();
    }
}
