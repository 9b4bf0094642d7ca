package dev.tinyserv.agent.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tinyserv.fixtures.Ports;
import dev.tinyserv.fixtures.fault.Requirements;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The configurations of docs/tls.md as they stand there, in the programs that they are for, before an app that forces https. */
@Tag("thorough")
class TlsProxyTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "tls.md");
    private static final String HOST = "shop.example.org";
    private static final String CLIENT = "127.0.0.7";
    private static final String PROXY = "127.0.0.1";
    private static final String SAID_BY_THE_CLIENT = String.join(
            "\r\n",
            "X-Forwarded-For: 203.0.113.66",
            "X-Forwarded-Proto: http",
            "X-Forwarded-Host: evil.example",
            "X-Forwarded-Port: 1",
            "X_Forwarded_Proto: http",
            "X-Real-IP: 203.0.113.66",
            "Forwarded: for=203.0.113.66;proto=http;host=evil.example",
            "");

    /** A program that speaks TLS before the router. */
    enum Proxy {
        NGINX {
            @Override
            List<String> command(Path folder, int port, int app) throws IOException {
                String location = block("nginx").replace("127.0.0.1:5000", "127.0.0.1:" + app);
                Path file = Files.writeString(folder.resolve("nginx.conf"), """
                        daemon off;
                        user %4$s;
                        pid %1$s/pid;
                        error_log %1$s/error.log;
                        events { worker_connections 64; }
                        http {
                            access_log off;
                            client_body_temp_path %1$s/a;
                            proxy_temp_path %1$s/b;
                            fastcgi_temp_path %1$s/c;
                            uwsgi_temp_path %1$s/d;
                            scgi_temp_path %1$s/e;
                            server {
                                listen 127.0.0.1:%2$d ssl http2;
                                ssl_certificate %1$s/cert.pem;
                                ssl_certificate_key %1$s/key.pem;
                                %3$s
                            }
                        }
                        """.formatted(
                                folder, port, location, System.getProperty("user.name")));
                return List.of(program("nginx"), "-p", folder.toString(), "-c", file.toString());
            }
        },
        CADDY {
            @Override
            List<String> command(Path folder, int port, int app) throws IOException {
                String site = block("caddyfile")
                        .replace("127.0.0.1:5000", "127.0.0.1:" + app)
                        .replace(HOST + " {", """
                                {
                                    admin off
                                    auto_https disable_redirects
                                }
                                https://%1$s:%2$d {
                                    bind 127.0.0.1
                                    tls %3$s/cert.pem %3$s/key.pem
                                """.formatted(HOST, port, folder));
                Path file = Files.writeString(folder.resolve("Caddyfile"), site);
                return List.of(program("caddy"), "run", "--adapter", "caddyfile", "--config", file.toString());
            }
        };

        abstract List<String> command(Path folder, int port, int app) throws IOException;
    }

    @TempDir
    Path root;

    private @Nullable Process proxy;
    private RunningRouter router;
    private Backend app;
    private SSLSocketFactory tls;
    private Path folder;
    private int port;

    /** What stands in the document for a program. */
    private static String block(String language) throws IOException {
        String text = Files.readString(DOCUMENT);
        String begin = "```" + language + "\n";
        int start = text.indexOf(begin) + begin.length();
        assertThat(start).isGreaterThan(begin.length());
        return text.substring(start, text.indexOf("```", start));
    }

    /** Where it is: servers are often in a folder that only root has in its PATH. */
    private static String program(String name) {
        return Stream.of((System.getenv("PATH") + ":/usr/sbin:/sbin").split(":", -1))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow()
                .toString();
    }

    @BeforeEach
    void start() throws Exception {
        app = Backend.talking(TlsProxyTest::forceHttps);
        router = RunningRouter.in(root).routing(app.endpoint());
        port = Ports.one();
        folder = Files.createDirectories(root.resolve("proxy"));
        tls = certify(folder);
    }

    @AfterEach
    void stop() throws Exception {
        if (proxy != null) {
            proxy.destroy();
            proxy.waitFor(60, TimeUnit.SECONDS);
        }
        router.close();
        app.close();
    }

    private static void forceHttps(InputStream in, OutputStream out) throws IOException {
        for (String head = Backend.readHead(in); !head.isEmpty(); head = Backend.readHead(in)) {
            int size = Backend.readBody(in, head).length;
            if (!head.contains("\r\nX-Forwarded-Proto: https\r\n")) {
                Backend.write(out, "HTTP/1.1 301 Moved Permanently\r\nLocation: /\r\nContent-Length: 0\r\n\r\n");
            } else if (head.contains("\r\nUpgrade: ")) {
                Backend.write(
                        out,
                        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nhello");
                in.transferTo(out);
            } else {
                String body = head + size;
                Backend.write(out, "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
            }
        }
    }

    private void start(Proxy kind) throws Exception {
        String unmet = Requirements.unmet(kind.name().toLowerCase(Locale.ROOT));
        assumeTrue(unmet.isEmpty(), unmet);
        ProcessBuilder builder = new ProcessBuilder(kind.command(folder, port, router.port))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile());
        builder.environment().put("HOME", folder.toString());
        builder.environment().put("XDG_DATA_HOME", folder.toString());
        builder.environment().put("XDG_CONFIG_HOME", folder.toString());
        Process started = builder.start();
        proxy = started;
        RunningRouter.await(() -> listens(started));
    }

    private boolean listens(Process started) {
        assertThat(started.isAlive()).as("the proxy runs").isTrue();
        try (Socket asked = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return asked.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /** Makes a certificate and its key in a folder; the result believes it. */
    private static SSLSocketFactory certify(Path folder) throws Exception {
        assumeTrue(Requirements.unmet("openssl").isEmpty(), "no openssl");
        String line =
                "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -keyout key.pem"
                        + " -out cert.pem -subj /CN=" + HOST + " -addext subjectAltName=DNS:" + HOST;
        Process made = new ProcessBuilder(line.split(" "))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(made.waitFor()).isZero();
        KeyStore known = KeyStore.getInstance("PKCS12");
        known.load(null, null);
        try (InputStream in = Files.newInputStream(folder.resolve("cert.pem"))) {
            known.setCertificateEntry(
                    "proxy", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(known);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context.getSocketFactory();
    }

    private Wire client() throws IOException {
        return new Wire(port, CLIENT).secured(tls, HOST);
    }

    private String request(String line, String more) {
        return line + " HTTP/1.1\r\nHost: " + HOST + ":" + port + "\r\n" + more + "\r\n";
    }

    private void assertToldTheTruth(String seen) {
        assertThat(seen)
                .contains("\r\nHost: " + HOST + ":" + port + "\r\n")
                .contains("\r\nX-Forwarded-For: " + CLIENT + ", " + PROXY + "\r\n")
                .contains("\r\nX-Forwarded-Proto: https\r\n")
                .contains("\r\nX-Forwarded-Host: " + HOST + ":" + port + "\r\n")
                .contains("\r\nX-Forwarded-Port: " + port + "\r\n")
                .doesNotContain("203.0.113.66", "evil.example", "Real-IP", "X_Forwarded", "\r\nForwarded:");
    }

    @ParameterizedTest
    @EnumSource
    void anAppThatForcesHttpsIsToldTheTruth(Proxy kind) throws Exception {
        start(kind);
        try (Wire client = client()) {
            Wire.Answer plain = client.send(request("GET /a?b=c", "")).answer();
            assertThat(plain.status()).isEqualTo(200);
            assertThat(plain.body()).startsWith("GET /a?b=c HTTP/1.1\r\n");
            assertToldTheTruth(plain.body());
            assertToldTheTruth(
                    client.send(request("GET /", SAID_BY_THE_CLIENT)).answer().body());
            String dropping = "Connection: keep-alive, X-Forwarded-Proto, X-Forwarded-For, X-Forwarded-Port\r\n";
            assertToldTheTruth(client.send(request("GET /", SAID_BY_THE_CLIENT + dropping))
                    .answer()
                    .body());
        }
        assertThat(Wire.get(router.port, "/").status()).as("without the proxy").isEqualTo(301);
    }

    @ParameterizedTest
    @EnumSource
    void aWebSocketPasses(Proxy kind) throws Exception {
        start(kind);
        try (Wire client = client()) {
            String upgrade = String.join(
                    "\r\n",
                    "Connection: Upgrade",
                    "Upgrade: websocket",
                    "Sec-WebSocket-Version: 13",
                    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
                    "");
            client.send(request("GET /socket", upgrade));
            assertThat(Backend.readHead(client.in)).startsWith("HTTP/1.1 101 ");
            client.send("ping");
            assertThat(new String(client.in.readNBytes(9), StandardCharsets.US_ASCII))
                    .isEqualTo("helloping");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aLargeUploadPasses(Proxy kind) throws Exception {
        start(kind);
        int size = 3 * 1024 * 1024;
        try (Wire client = client()) {
            client.send(request("POST /file", "Content-Length: " + size + "\r\n"))
                    .send("x".repeat(size));
            assertThat(client.answer().body()).endsWith("\r\n\r\n" + size);
        }
    }
}
