package dev.tinyserv.agent.route;

import dev.tinyserv.agent.config.Layout;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Listens where the router does, answers one agent as the test says, and serves nothing. */
final class FakeRouter implements AutoCloseable {
    /** What it says to a question. */
    interface Answers {
        /** The rest of the answer after its id, with single quotes; null for none. */
        @Nullable
        String to(String kind, JsonNode question);
    }

    static final JsonMapper JSON = new JsonMapper();

    private final ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    private final Path socket;
    private final Answers answers;
    private volatile @Nullable SocketChannel agent;
    final List<JsonNode> heard = new CopyOnWriteArrayList<>();

    FakeRouter(Layout layout, Answers answers) throws IOException {
        this.socket = layout.routerSocket();
        this.answers = answers;
        Files.createDirectories(layout.run());
        server.bind(UnixDomainSocketAddress.of(socket));
        Thread thread = new Thread(this::serve, "fake router");
        thread.setDaemon(true);
        thread.start();
    }

    static void write(SocketChannel to, String line) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap((line.replace('\'', '"') + "\n").getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            to.write(bytes);
        }
    }

    static BufferedReader reader(SocketChannel channel) {
        return new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
    }

    private void serve() {
        try (SocketChannel channel = server.accept()) {
            agent = channel;
            BufferedReader in = reader(channel);
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                JsonNode question = JSON.readTree(line);
                String answer = answers.to(question.path("kind").asString(), question);
                heard.add(question);
                if (answer != null) {
                    write(channel, "{'schema':1,'id':" + question.path("id").asLong() + "," + answer + "}");
                }
            }
        } catch (IOException e) {
            // the agent went away, or the router is closed
        }
    }

    /** What was heard of a kind. */
    List<JsonNode> heard(String kind) {
        return heard.stream()
                .filter(question -> question.path("kind").asString().equals(kind))
                .toList();
    }

    @Override
    public void close() throws IOException {
        server.close();
        SocketChannel channel = agent;
        if (channel != null) {
            channel.close();
        }
        Files.deleteIfExists(socket);
    }
}
