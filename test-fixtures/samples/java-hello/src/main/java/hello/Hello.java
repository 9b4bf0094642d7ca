package hello;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** Answers every GET with a greeting, and /version with the version of Java; needs nothing but the JDK. */
public final class Hello {
    private Hello() {}

    public static void main(String[] arguments) throws IOException {
        int port = Integer.parseInt(env("PORT", "8080"));
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
        server.createContext("/", Hello::answer);
        server.start();
    }

    private static void answer(HttpExchange exchange) throws IOException {
        String text = exchange.getRequestURI().getPath().equals("/version")
                ? Runtime.version().feature() + " " + env("JAVA_HOME", "") + "\n"
                : "Hello from " + env("TINYSERV_RELEASE", "here") + " " + env("GREETING", "world") + "\n";
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static String env(String name, String otherwise) {
        return System.getenv().getOrDefault(name, otherwise);
    }
}
