package dev.tinyserv.scenario;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Developer;
import dev.tinyserv.fixtures.Sandbox;
import dev.tinyserv.fixtures.Server;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** One server that runs and a developer whose key it knows; what the scenarios of a class share. */
public final class Stage implements AutoCloseable {
    private final Server server;
    private final Developer developer;
    private final AtomicInteger names = new AtomicInteger();

    private Stage(Server server) {
        this.server = server;
        this.developer = Developer.of(server.sandbox());
    }

    public static Stage start() {
        return start(Map.of());
    }

    public static Stage start(Map<String, String> settings) {
        return start(new Server(Sandbox.create(), settings));
    }

    public static Stage start(Server server) {
        try {
            server.addKey(server.sandbox().key(), "tester").startup();
            return new Stage(server);
        } catch (RuntimeException | Error e) {
            server.close();
            throw e;
        }
    }

    public Server server() {
        return server;
    }

    public Developer developer() {
        return developer;
    }

    public Sandbox sandbox() {
        return server.sandbox();
    }

    /** A name that no app of this server has. */
    public String newName(String start) {
        return start + names.incrementAndGet();
    }

    /** An app that does what its URL says, live. */
    public App probe() {
        return developer.sample("probe", newName("probe")).deploy();
    }

    @Override
    public void close() {
        server.close();
    }
}
