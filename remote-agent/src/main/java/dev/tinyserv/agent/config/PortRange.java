package dev.tinyserv.agent.config;

/**
 * A range of ports, both ends included.
 *
 * @param first the lowest
 * @param last the highest
 */
public record PortRange(int first, int last) {
    /** Whether the port lies in it. */
    public boolean contains(int port) {
        return port >= first && port <= last;
    }

    /** How many ports there are. */
    public int size() {
        return last - first + 1;
    }
}
