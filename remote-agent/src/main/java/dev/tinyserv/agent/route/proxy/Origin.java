package dev.tinyserv.agent.route.proxy;

import dev.tinyserv.agent.app.AddressBlock;
import java.net.InetAddress;

/**
 * The peer and the app that a client's place counts for.
 *
 * @param address the block of addresses of the peer
 * @param trusted whether the peer is a trusted proxy, which speaks for many clients
 * @param port the stable port of the app
 */
record Origin(AddressBlock address, boolean trusted, int port) {
    static Origin of(InetAddress peer, boolean trusted, int port) {
        return new Origin(AddressBlock.of(peer), trusted, port);
    }
}
