package dev.tinyserv.agent.route.proxy;

import dev.tinyserv.agent.app.AddressBlock;
import java.net.InetAddress;

/**
 * For whom a client's place counts.
 *
 * @param address where the client comes from
 * @param trusted whether that is a trusted proxy, which speaks for many clients
 * @param port the stable port of the app that it came for
 */
record Origin(AddressBlock address, boolean trusted, int port) {
    static Origin of(InetAddress peer, boolean trusted, int port) {
        return new Origin(AddressBlock.of(peer), trusted, port);
    }
}
