package dev.tinyserv.agent.route;

import dev.tinyserv.agent.app.Endpoint;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A tiny app: a thread a connection, each speaking as the test says. */
final class Backend implements AutoCloseable {
    /** What happens on one connection. */
    interface Talk {
        void talk(InputStream in, OutputStream out) throws IOException;
    }

    private final ServerSocket server;
    private final Talk talk;
    private final Thread accepting;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    final AtomicInteger connections = new AtomicInteger();
    final List<String> heads = new CopyOnWriteArrayList<>();

    private Backend(int port, Talk talk) throws IOException {
        this.server = new ServerSocket(port, 200, InetAddress.getLoopbackAddress());
        this.talk = talk;
        this.accepting = start(this::accept);
    }

    static Backend talking(Talk talk) throws IOException {
        return new Backend(0, talk);
    }

    static Backend on(int port, String body) throws IOException {
        return new Backend(port, (in, out) -> answerEach(in, out, body));
    }

    /** Answers each request with a name. */
    static Backend named(String body) throws IOException {
        return on(0, body);
    }

    /** Answers each request with exactly what it received. */
    static Backend echo() throws IOException {
        return talking((in, out) -> {
            for (String head = readHead(in); !head.isEmpty(); head = readHead(in)) {
                byte[] body = (head + new String(readBody(in, head), StandardCharsets.ISO_8859_1))
                        .getBytes(StandardCharsets.ISO_8859_1);
                write(out, "HTTP/1.1 200 OK\r\nContent-Length: " + body.length + "\r\n\r\n");
                if (!head.startsWith("HEAD ")) {
                    out.write(body);
                    out.flush();
                }
            }
        });
    }

    private static void answerEach(InputStream in, OutputStream out, String body) throws IOException {
        for (String head = readHead(in); !head.isEmpty(); head = readHead(in)) {
            readBody(in, head);
            write(out, "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                connections.incrementAndGet();
                sockets.add(socket);
                Thread unused = start(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            talk.talk(new BufferedInputStream(socket.getInputStream(), 64 * 1024), socket.getOutputStream());
        } catch (IOException e) {
            // The other side went away, which many tests are about.
            return;
        }
    }

    private static Thread start(Runnable task) {
        Thread thread = new Thread(task, "backend");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    /** The bytes up to and with the empty line; empty at the end of the connection. */
    static String readHead(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        int matched = 0;
        while (matched < 4) {
            int b = in.read();
            if (b < 0) {
                return "";
            }
            head.write(b);
            matched = b == "\r\n\r\n".charAt(matched) ? matched + 1 : b == '\r' ? 1 : 0;
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    /** The raw bytes of the body, chunks and trailers as they came. */
    static byte[] readBody(InputStream in, String head) throws IOException {
        String lower = head.toLowerCase(java.util.Locale.ROOT);
        int length = lower.indexOf("\r\ncontent-length: ");
        if (length >= 0) {
            int start = length + "\r\ncontent-length: ".length();
            return in.readNBytes(Integer.parseInt(lower.substring(start, lower.indexOf("\r\n", start))));
        }
        ByteArrayOutputStream raw = new ByteArrayOutputStream();
        if (lower.contains("\r\ntransfer-encoding: chunked")) {
            int size = -1;
            while (size != 0) {
                String line = readLine(in);
                raw.writeBytes(line.getBytes(StandardCharsets.ISO_8859_1));
                size = Integer.parseInt(line.strip(), 16);
                raw.writeBytes(size == 0 ? new byte[0] : in.readNBytes(size + 2));
            }
            String line = "";
            while (!line.equals("\r\n")) {
                line = readLine(in);
                raw.writeBytes(line.getBytes(StandardCharsets.ISO_8859_1));
            }
        }
        return raw.toByteArray();
    }

    private static String readLine(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b >= 0; b = in.read()) {
            line.append((char) b);
            if (b == '\n') {
                break;
            }
        }
        return line.toString();
    }

    Endpoint endpoint() {
        return new Endpoint("127.0.0.1", server.getLocalPort());
    }

    int port() {
        return server.getLocalPort();
    }

    /** Ends the connections after the kernel takes no more: it does so until the thread that accepts has left its call. */
    @Override
    public void close() throws IOException {
        server.close();
        try {
            accepting.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
