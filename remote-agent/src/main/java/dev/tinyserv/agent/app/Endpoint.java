package dev.tinyserv.agent.app;

/**
 * The address at which an instance takes requests.
 *
 * @param host an IP address, such as {@code 127.0.0.1}
 * @param port 1 to 65535
 */
public record Endpoint(String host, int port) {
    @Override
    public String toString() {
        return host + ":" + port;
    }
}
