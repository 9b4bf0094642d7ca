package dev.tinyserv.buildpacks.buildpack.node;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A registry of npm on loopback, with one version, 1.0.0, of each package. */
final class PackageRegistry implements AutoCloseable {
    private static final int FOUND = 200;
    private static final int MISSING = 404;
    private static final int NO_BODY = -1;

    private final HttpServer server;
    private final Map<String, byte[]> answers = new ConcurrentHashMap<>();

    PackageRegistry() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Offers a packed package under a name, with a program of that name. */
    void offer(String name, Path tarball) throws Exception {
        byte[] bytes = Files.readAllBytes(tarball);
        String path = "/" + name + "/-/" + name + "-1.0.0.tgz";
        answers.put(path, bytes);
        String version = """
                {"name": "%1$s", "version": "1.0.0", "bin": {"%1$s": "index.js"},
                "dist": {"tarball": "%2$s", "shasum": "%3$s", "integrity": "sha512-%4$s"}}""".formatted(
                        name, url() + path, hex(bytes), Base64.getEncoder().encodeToString(digest("SHA-512", bytes)));
        // Yarn takes no package that is new.
        String all = """
                {"name": "%s", "dist-tags": {"latest": "1.0.0"}, "versions": {"1.0.0": %s},
                "time": {"1.0.0": "2020-01-01T00:00:00.000Z"}}""".formatted(name, version);
        answers.put("/" + name, all.getBytes(StandardCharsets.UTF_8));
    }

    private static String hex(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(digest("SHA-1", bytes));
    }

    private static byte[] digest(String algorithm, byte[] bytes) throws Exception {
        return MessageDigest.getInstance(algorithm).digest(bytes);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] answer = answers.get(exchange.getRequestURI().getPath());
            if (answer == null) {
                exchange.sendResponseHeaders(MISSING, NO_BODY);
                return;
            }
            exchange.sendResponseHeaders(FOUND, answer.length);
            exchange.getResponseBody().write(answer);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
