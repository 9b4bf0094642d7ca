package dev.tinyserv.agent.route.proxy;

import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A failure on a connection's thread that is not the network's. */
final class UnexpectedFailure {
    private static final Logger LOG = LoggerFactory.getLogger(UnexpectedFailure.class);

    private UnexpectedFailure() {}

    static void logUnlessIo(Throwable cause) {
        if (!(cause instanceof IOException)) {
            LOG.error("a connection is closed because of a fault in the router", cause);
        }
    }
}
