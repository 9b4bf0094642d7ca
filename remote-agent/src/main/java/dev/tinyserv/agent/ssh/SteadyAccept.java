package dev.tinyserv.agent.ssh;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.nio.channels.AsynchronousChannelGroup;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.util.concurrent.ExecutorService;
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

    SteadyAccept() {
        super(null);
    }

    @Override
    public IoServiceFactory create(FactoryManager manager) {
        return new Services(manager, ThreadUtils.newFixedThreadPool("ssh-io", THREADS));
    }

    private static final class Services extends Nio2ServiceFactory {
        private final FactoryManager manager;
        private final AsynchronousChannelGroup group;

        Services(FactoryManager manager, CloseableExecutorService threads) {
            super(manager, threads, null);
            this.manager = manager;
            try {
                this.group = AsynchronousChannelGroup.withThreadPool(ThreadUtils.noClose(threads));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public IoAcceptor createAcceptor(IoHandler handler) {
            return autowireCreatedService(new Acceptor(this, manager, handler, group, getExecutorService()));
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
        Acceptor(
                Nio2ServiceFactory factory,
                PropertyResolver properties,
                IoHandler handler,
                AsynchronousChannelGroup group,
                ExecutorService threads) {
            super(factory, properties, handler, group, threads);
        }

        @Override
        protected AsynchronousServerSocketChannel openAsynchronousServerSocketChannel(
                SocketAddress address, AsynchronousChannelGroup group) throws IOException {
            return new SteadyListener(super.openAsynchronousServerSocketChannel(address, group));
        }
    }
}
