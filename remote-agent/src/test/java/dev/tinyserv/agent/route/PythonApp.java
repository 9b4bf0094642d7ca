package dev.tinyserv.agent.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tinyserv.agent.app.Endpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** An app of Python's own HTTP server, which speaks HTTP/1.1 and keeps its connections. */
final class PythonApp implements AutoCloseable {
    private static final String BEFORE = """
            import sys
            from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

            class Handler(BaseHTTPRequestHandler):
                protocol_version = 'HTTP/1.1'

                def log_message(self, *what):
                    pass

            """;
    private static final String AFTER = """

            class Server(ThreadingHTTPServer):
                request_queue_size = 200

            server = Server(('127.0.0.1', 0), Handler)
            print(server.server_address[1], flush=True)
            server.serve_forever()
            """;

    private final Process process;
    private final Path output;
    private final int port;

    private PythonApp(Process process, Path output, int port) {
        this.process = process;
        this.output = output;
        this.port = port;
    }

    /** Starts an app with these methods of its handler; skips the test where there is no Python. */
    static PythonApp start(Path folder, String methods) throws IOException {
        Path script = Files.writeString(folder.resolve("app.py"), BEFORE + methods.indent(4) + AFTER);
        Path output = Files.createFile(folder.resolve("app.out"));
        assumeTrue(hasPython(), "no python3");
        Process process = new ProcessBuilder("python3", script.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        RunningRouter.await(() -> text(output).contains("\n"));
        String first = text(output).lines().findFirst().orElse("");
        assertThat(first).containsOnlyDigits();
        return new PythonApp(process, output, Integer.parseInt(first));
    }

    private static boolean hasPython() {
        try {
            Process asked = new ProcessBuilder("python3", "-c", "import http.server").start();
            return asked.waitFor(60, TimeUnit.SECONDS) && asked.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    Endpoint endpoint() {
        return new Endpoint("127.0.0.1", port);
    }

    /** All that it printed. */
    String output() {
        return text(output);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
