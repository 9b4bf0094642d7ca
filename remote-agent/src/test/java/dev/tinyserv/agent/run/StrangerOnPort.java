package dev.tinyserv.agent.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/** Listens on a port as soon as a file names it. */
final class StrangerOnPort implements AutoCloseable {
    private final CompletableFuture<ServerSocket> socket;

    StrangerOnPort(Path file) {
        socket = CompletableFuture.supplyAsync(() -> {
            Machine.await("a port is named", () -> portIn(file) > 0);
            try {
                return new ServerSocket(portIn(file), 1, InetAddress.getLoopbackAddress());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    int port() {
        return socket.join().getLocalPort();
    }

    private static int portIn(Path file) {
        try {
            String text = Files.readString(file, StandardCharsets.US_ASCII);
            return text.endsWith("\n") ? Integer.parseInt(text.strip()) : 0;
        } catch (IOException e) {
            return 0;
        }
    }

    @Override
    public void close() {
        try {
            socket.join().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
