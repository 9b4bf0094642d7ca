package dev.tinyserv.buildpacks.buildpack.python;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** An index of Python's packages on loopback, as PEP 503 describes it. */
final class PackageIndex implements AutoCloseable {
    private static final int FOUND = 200;
    private static final int MISSING = 404;
    private static final int NO_BODY = -1;

    private final HttpServer server;
    private final Map<String, byte[]> answers = new ConcurrentHashMap<>();

    PackageIndex() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/simple/";
    }

    /** Offers a wheel with one empty module, which may require another one. */
    void offer(String name, String version, String requires) throws Exception {
        byte[] wheel = wheel(name, version, requires);
        String file = name + "-" + version + "-py3-none-any.whl";
        answers.put("/files/" + file, wheel);
        String hash =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(wheel));
        String link = "<a href=\"/files/%1$s#sha256=%2$s\">%1$s</a><br>".formatted(file, hash);
        answers.merge(
                "/simple/" + name + "/",
                link.getBytes(StandardCharsets.UTF_8),
                (before, now) -> (new String(before, StandardCharsets.UTF_8) + new String(now, StandardCharsets.UTF_8))
                        .getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] wheel(String name, String version, String requires) throws IOException {
        String info = name + "-" + version + ".dist-info/";
        String metadata = "Metadata-Version: 2.1\nName: " + name + "\nVersion: " + version + "\n"
                + (requires.isEmpty() ? "" : "Requires-Dist: " + requires + "\n");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            entry(zip, name + "/__init__.py", "");
            entry(zip, info + "METADATA", metadata);
            entry(zip, info + "WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n");
            entry(zip, info + "RECORD", "");
        }
        return bytes.toByteArray();
    }

    private static void entry(ZipOutputStream zip, String name, String text) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(text.getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            byte[] answer = answers.get(path);
            if (answer == null) {
                exchange.sendResponseHeaders(MISSING, NO_BODY);
                return;
            }
            exchange.getResponseHeaders()
                    .add("Content-Type", path.startsWith("/simple/") ? "text/html" : "application/octet-stream");
            exchange.sendResponseHeaders(FOUND, answer.length);
            exchange.getResponseBody().write(answer);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
