package dev.tinyserv.buildpacks.buildpack.classic;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Serves the repositories below a folder over HTTP, through git's own CGI program, on a free port of loopback. */
public final class GitHttpServer implements AutoCloseable {
    private static final String END_OF_HEAD = "\r\n\r\n";

    private final Path folder;
    private final HttpServer server;
    private final Set<String> arguments = ConcurrentHashMap.newKeySet();
    private volatile String authorization = "";

    public GitHttpServer(Path folder) throws IOException {
        this.folder = folder;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    public String url(String repository) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/" + repository;
    }

    /** Lets in who has this password only. */
    public GitHttpServer requiring(String user, String password) {
        authorization =
                "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
        return this;
    }

    /** The arguments of all programs that ran while it was asked for something. */
    public Set<String> argumentsSeen() {
        return arguments;
    }

    private boolean isRefused(HttpExchange exchange) throws IOException {
        ProcessHandle.allProcesses()
                .forEach(process ->
                        process.info().arguments().ifPresent(words -> arguments.add(String.join(" ", words))));
        String given = exchange.getRequestHeaders().getFirst("Authorization");
        if (authorization.isEmpty() || authorization.equals(given)) {
            return false;
        }
        exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"git\"");
        exchange.sendResponseHeaders(401, -1);
        exchange.close();
        return true;
    }

    private void answer(HttpExchange exchange) throws IOException {
        if (isRefused(exchange)) {
            return;
        }
        ProcessBuilder builder = new ProcessBuilder("git", "http-backend");
        Map<String, String> environment = builder.environment();
        environment.put("GIT_PROJECT_ROOT", folder.toString());
        environment.put("GIT_HTTP_EXPORT_ALL", "1");
        environment.put("PATH_INFO", exchange.getRequestURI().getPath());
        environment.put("REQUEST_METHOD", exchange.getRequestMethod());
        environment.put("QUERY_STRING", String.valueOf(exchange.getRequestURI().getQuery()));
        header(exchange, "Content-Type", environment, "CONTENT_TYPE");
        header(exchange, "Content-Encoding", environment, "HTTP_CONTENT_ENCODING");
        header(exchange, "Git-Protocol", environment, "GIT_PROTOCOL");
        byte[] request = exchange.getRequestBody().readAllBytes();
        environment.put("CONTENT_LENGTH", Integer.toString(request.length));
        Process process = builder.start();
        process.getOutputStream().write(request);
        process.getOutputStream().close();
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        try (InputStream in = process.getInputStream()) {
            in.transferTo(output);
        }
        String text = output.toString(StandardCharsets.ISO_8859_1);
        int end = text.indexOf(END_OF_HEAD);
        int status = 200;
        for (String line : text.substring(0, end).split("\r\n", -1)) {
            String[] field = line.split(": ", 2);
            if (field[0].equals("Status")) {
                status = Integer.parseInt(field[1].substring(0, 3));
            } else {
                exchange.getResponseHeaders().set(field[0], field[1]);
            }
        }
        byte[] body = text.substring(end + END_OF_HEAD.length()).getBytes(StandardCharsets.ISO_8859_1);
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static void header(HttpExchange exchange, String name, Map<String, String> environment, String variable) {
        String value = exchange.getRequestHeaders().getFirst(name);
        if (value != null) {
            environment.put(variable, value);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
