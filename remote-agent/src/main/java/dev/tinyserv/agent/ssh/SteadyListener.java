package dev.tinyserv.agent.ssh;

import dev.tinyserv.agent.config.BindAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A listening socket that takes a moment to report that it cannot accept a connection, as when the process has no file
 * descriptor left. The connection waits on then, and a caller that accepts again at once keeps a processor busy.
 */
final class SteadyListener extends AsynchronousServerSocketChannel {
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final AsynchronousServerSocketChannel socket;
    private final BindAddress bind;

    SteadyListener(AsynchronousServerSocketChannel socket, BindAddress bind) {
        super(socket.provider());
        this.socket = socket;
        this.bind = bind;
    }

    @Override
    public <A> void accept(A attachment, CompletionHandler<AsynchronousSocketChannel, ? super A> handler) {
        socket.accept(attachment, new CompletionHandler<>() {
            @Override
            public void completed(AsynchronousSocketChannel accepted, A same) {
                handler.completed(accepted, same);
            }

            @Override
            public void failed(Throwable problem, A same) {
                if (socket.isOpen()) {
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
                handler.failed(problem, same);
            }
        });
    }

    @Override
    public Future<AsynchronousSocketChannel> accept() {
        return socket.accept();
    }

    @Override
    public AsynchronousServerSocketChannel bind(SocketAddress local, int backlog) throws IOException {
        boolean every = bind.scope() != BindAddress.Scope.ONE && local instanceof InetSocketAddress;
        socket.bind(every ? bind.forJavaSocket(((InetSocketAddress) local).getPort()) : local, backlog);
        return this;
    }

    @Override
    public <T> AsynchronousServerSocketChannel setOption(SocketOption<T> name, T value) throws IOException {
        socket.setOption(name, value);
        return this;
    }

    @Override
    public <T> T getOption(SocketOption<T> name) throws IOException {
        return socket.getOption(name);
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return socket.supportedOptions();
    }

    @Override
    public SocketAddress getLocalAddress() throws IOException {
        return socket.getLocalAddress();
    }

    @Override
    public boolean isOpen() {
        return socket.isOpen();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
