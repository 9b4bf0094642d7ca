package dev.tinyserv.agent.ssh;

import dev.tinyserv.agent.config.BindAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.nio.channels.AsynchronousChannelGroup;
import java.nio.channels.AsynchronousServerSocketChannel;
import org.apache.sshd.common.FactoryManager;
import org.apache.sshd.common.PropertyResolver;
import org.apache.sshd.common.io.AbstractIoServiceFactoryFactory;
import org.apache.sshd.common.io.IoAcceptor;
import org.apache.sshd.common.io.IoHandler;
import org.apache.sshd.common.io.IoServiceFactory;
import org.apache.sshd.common.io.nio2.Nio2Acceptor;
import org.apache.sshd.common.io.nio2.Nio2ServiceFactory;
import org.apache.sshd.common.util.threads.CloseableExecutorService;
import org.apache.sshd.common.util.threads.ThreadUtils;

/** Accepts connections as the library does, but through a {@link SteadyListener}. */
final class SteadyAccept extends AbstractIoServiceFactoryFactory {
    private static final int THREADS = 4;

    private final BindAddress bind;

    SteadyAccept(BindAddress bind) {
        super(null);
        this.bind = bind;
    }

    @Override
    public IoServiceFactory create(FactoryManager manager) {
        return new Services(manager, ThreadUtils.newFixedThreadPool("ssh-io", THREADS), bind);
    }

    private static final class Services extends Nio2ServiceFactory {
        private final FactoryManager manager;
        private final AsynchronousChannelGroup group;
        private final BindAddress bind;

        Services(FactoryManager manager, CloseableExecutorService threads, BindAddress bind) {
            super(manager, threads, null);
            this.manager = manager;
            this.bind = bind;
            try {
                this.group = AsynchronousChannelGroup.withThreadPool(ThreadUtils.noClose(threads));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public IoAcceptor createAcceptor(IoHandler handler) {
            return autowireCreatedService(new Acceptor(this, manager, handler, group, bind));
        }

        @Override
        protected void doCloseImmediately() {
            try {
                group.shutdownNow();
            } catch (IOException e) {
                log.debug("the group of SSH connections could not be closed", e);
            } finally {
                super.doCloseImmediately();
            }
        }
    }

    private static final class Acceptor extends Nio2Acceptor {
        private final BindAddress bind;

        Acceptor(
                Services factory,
                PropertyResolver properties,
                IoHandler handler,
                AsynchronousChannelGroup group,
                BindAddress bind) {
            super(factory, properties, handler, group, factory.getExecutorService());
            this.bind = bind;
        }

        @Override
        protected AsynchronousServerSocketChannel openAsynchronousServerSocketChannel(
                SocketAddress address, AsynchronousChannelGroup group) throws IOException {
            return new SteadyListener(super.openAsynchronousServerSocketChannel(address, group), bind);
        }
    }
}
