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
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** A registry of npm on loopback. */
final class PackageRegistry implements AutoCloseable {
    private static final int FOUND = 200;
    private static final int MISSING = 404;
    private static final int NO_BODY = -1;

    private final HttpServer server;
    private final Map<String, byte[]> answers = new ConcurrentHashMap<>();
    private final Map<String, Map<String, String>> versions = new TreeMap<>();

    private volatile Runnable publish = () -> {};
    private volatile String publishing = "";

    PackageRegistry() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /**
     * Offers a version of a package, which becomes the latest one, with a program of the package's name.
     *
     * @param dependencies the object of its package.json
     */
    void offer(String name, String number, String dependencies, Path tarball) throws Exception {
        byte[] bytes = Files.readAllBytes(tarball);
        String path = pathOf(name, number);
        answers.put(path, bytes);
        String version = """
                {"name": "%1$s", "version": "%2$s", "bin": {"%1$s": "index.js"}, "dependencies": %3$s,
                "dist": {"tarball": "%4$s", "shasum": "%5$s", "integrity": "sha512-%6$s"}}""".formatted(
                        name,
                        number,
                        dependencies,
                        url() + path,
                        hex(bytes),
                        Base64.getEncoder().encodeToString(digest("SHA-512", bytes)));
        Map<String, String> all = versions.computeIfAbsent(name, key -> new TreeMap<>());
        all.put(number, version);
        answers.put("/" + name, document(name, number, all).getBytes(StandardCharsets.UTF_8));
    }

    /** Yarn takes no package that is new. */
    private static String document(String name, String latest, Map<String, String> versions) {
        String all = versions.entrySet().stream()
                .map(each -> "\"" + each.getKey() + "\": " + each.getValue())
                .collect(Collectors.joining(", "));
        String times = versions.keySet().stream()
                .map(number -> "\"" + number + "\": \"2020-01-01T00:00:00.000Z\"")
                .collect(Collectors.joining(", "));
        return "{\"name\": \"%s\", \"dist-tags\": {\"latest\": \"%s\"}, \"versions\": {%s}, \"time\": {%s}}"
                .formatted(name, latest, all, times);
    }

    private static String hex(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(digest("SHA-1", bytes));
    }

    private static byte[] digest(String algorithm, byte[] bytes) throws Exception {
        return MessageDigest.getInstance(algorithm).digest(bytes);
    }

    /** Does something once, when somebody downloads a package. */
    void whenDownloaded(String name, String number, Runnable whatFollows) {
        publish = whatFollows;
        publishing = pathOf(name, number);
    }

    private static String pathOf(String name, String number) {
        return "/" + name + "/-/" + name + "-" + number + ".tgz";
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            if (path.equals(publishing)) {
                publishing = "";
                publish.run();
            }
            byte[] answer = answers.get(path);
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
