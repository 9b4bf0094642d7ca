package dev.tinyserv.agent.route;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import javax.net.ssl.SSLSocketFactory;

/** A client that sends the bytes it is told and reads what comes. */
final class Wire implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 10_000;

    /** One answer. */
    record Answer(String head, String body) {
        int status() {
            return Integer.parseInt(head.substring(9, 12));
        }

        boolean says(String field) {
            return head.toLowerCase(Locale.ROOT).contains("\r\n" + field.toLowerCase(Locale.ROOT) + "\r\n");
        }
    }

    final Socket socket;
    final InputStream in;

    Wire(int port) throws IOException {
        this(port, "127.0.0.1");
    }

    /** A client with that address; all of 127.0.0.0/8 are this machine's. */
    Wire(int port, String address) throws IOException {
        this(new Socket(InetAddress.getLoopbackAddress(), port, InetAddress.getByName(address), 0));
    }

    private Wire(Socket connected) throws IOException {
        socket = connected;
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLIS);
        in = new BufferedInputStream(socket.getInputStream(), 64 * 1024);
    }

    /** The same connection with TLS from now on, to a server of that name. */
    Wire secured(SSLSocketFactory tls, String name) throws IOException {
        return new Wire(tls.createSocket(socket, name, socket.getPort(), true));
    }

    static Answer ask(int port, String request) throws IOException {
        try (Wire wire = new Wire(port)) {
            return wire.send(request).answer();
        }
    }

    static Answer get(int port, String path) throws IOException {
        return ask(port, "GET " + path + " HTTP/1.1\r\nHost: app.test\r\n\r\n");
    }

    Wire send(String bytes) throws IOException {
        socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    Answer answer() throws IOException {
        return answer(false);
    }

    Answer answer(boolean withoutBody) throws IOException {
        String head = Backend.readHead(in);
        if (head.isEmpty()) {
            throw new IOException("closed without an answer");
        }
        int status = Integer.parseInt(head.substring(9, 12));
        if (withoutBody || status < 200 || status == 204 || status == 304) {
            return new Answer(head, "");
        }
        String lower = head.toLowerCase(Locale.ROOT);
        boolean framed = lower.contains("\r\ncontent-length:") || lower.contains("\r\ntransfer-encoding:");
        byte[] body = framed ? Backend.readBody(in, head) : in.readAllBytes();
        return new Answer(head, new String(body, StandardCharsets.ISO_8859_1));
    }

    /** All that comes until the router closes. */
    String readAll() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try {
            in.transferTo(all);
        } catch (java.net.SocketException e) {
            all.writeBytes("[reset]".getBytes(StandardCharsets.ISO_8859_1));
        }
        return all.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
