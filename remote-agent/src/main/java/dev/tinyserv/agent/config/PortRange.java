package dev.tinyserv.agent.config;

/**
 * A range of ports, both ends included. {@link SettingKind#PORTS} makes only ranges within 1 to 65535 whose first port
 * is not above the last.
 *
 * @param first the lowest port
 * @param last the highest port
 */
public record PortRange(int first, int last) {
    /** Whether the port lies in the range. */
    public boolean contains(int port) {
        return port >= first && port <= last;
    }

    /** How many ports the range has. */
    public int size() {
        return last - first + 1;
    }
}
