package dev.tinyserv.agent.route.control;

import dev.tinyserv.agent.route.control.ControlMessage.Notice;
import dev.tinyserv.agent.route.control.ControlMessage.Question;
import dev.tinyserv.buildpacks.base.Pauses;
import dev.tinyserv.buildpacks.process.Daemon;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Unix socket on which the agent speaks to the router; only the owner of the root can open it. */
public final class ControlServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControlServer.class);
    private static final int MAX_CONNECTIONS = 8;

    private final ServerSocketChannel server;
    private final ControlDesk desk;
    private final List<LineChannel> agents = new CopyOnWriteArrayList<>();

    private ControlServer(ServerSocketChannel server, ControlDesk desk) {
        this.server = server;
        this.desk = desk;
    }

    /** Listens. Replaces the socket file of a killed router. */
    public static ControlServer open(Path socket, ControlDesk desk) throws IOException {
        Files.deleteIfExists(socket);
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
        ControlServer control = new ControlServer(server, desk);
        Daemon.start("router-control-accept", control::accept);
        return control;
    }

    private void accept() {
        while (server.isOpen()) {
            try {
                take(server.accept());
            } catch (ClosedChannelException e) {
                LOG.debug("the control socket is closed", e);
            } catch (IOException e) {
                LOG.warn("cannot take a control connection: {}", e.getMessage());
                Pauses.untilOneIsFree();
            }
        }
    }

    private void take(SocketChannel channel) throws IOException {
        try {
            serveInThreads(channel);
        } catch (OutOfMemoryError e) { // no thread can be made; the agent comes again
            LOG.warn("cannot serve a control connection: {}", e.getMessage());
            channel.close();
            Pauses.untilOneIsFree();
        }
    }

    private void serveInThreads(SocketChannel channel) {
        LineChannel agent = new LineChannel(channel, "router-control-write");
        if (agents.size() >= MAX_CONNECTIONS) {
            agent.close();
            return;
        }
        agents.add(agent);
        if (!server.isOpen()) {
            // close() may have gone through the list before this one was in it
            agent.close();
        }
        try {
            Daemon.start("router-control-read", () -> serve(agent));
        } catch (OutOfMemoryError e) {
            agents.remove(agent);
            agent.close();
            throw e;
        }
    }

    private void serve(LineChannel agent) {
        try (agent) {
            for (byte[] line = agent.readLine(); line != null; line = agent.readLine()) {
                if (!(ControlMessage.fromLine(line) instanceof Question question)) {
                    throw new IllegalArgumentException("a line that is no question");
                }
                desk.handle(question, answer -> agent.send(answer.toLine()));
            }
        } catch (IOException e) {
            LOG.debug("a control connection broke", e);
        } catch (IllegalArgumentException e) {
            LOG.warn("a control connection is closed: {}", e.getMessage());
        } finally {
            agents.remove(agent);
        }
    }

    /** Whether an agent is connected. */
    public boolean hasAgent() {
        return !agents.isEmpty();
    }

    /** Sends the notices to every connected agent. */
    public void tell(List<Notice> notices) {
        for (Notice notice : notices) {
            byte[] line = notice.toLine();
            agents.forEach(agent -> agent.send(line));
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            LOG.warn("closing the control socket", e);
        }
        agents.forEach(LineChannel::close);
    }
}
