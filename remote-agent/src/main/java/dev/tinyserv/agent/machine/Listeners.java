package dev.tinyserv.agent.machine;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.function.LongConsumer;

/** Who listens on which TCP port, from {@code /proc/net/tcp} and {@code tcp6}; see proc_net_tcp.rst of the kernel. */
public final class Listeners {
    private static final String LISTEN = " 0A ";

    private Listeners() {}

    /**
     * A listening socket.
     *
     * @param address where it listens; an IPv4 address that is mapped into IPv6 counts as IPv4
     * @param port its port
     * @param inode its inode, which a link in {@code /proc/PID/fd} names
     */
    public record Listener(InetAddress address, int port, long inode) {
        /** Address and port as one writes them: {@code 127.0.0.1:80}, {@code [::]:80}. */
        public String endpoint() {
            if (address instanceof Inet4Address) {
                return address.getHostAddress() + ":" + port;
            }
            return "[" + (address.isAnyLocalAddress() ? "::" : address.getHostAddress()) + "]:" + port;
        }
    }

    /** All that listen now, in our network namespace. */
    public static List<Listener> all() {
        return those(port -> true);
    }

    private static List<Listener> those(IntPredicate wanted) {
        List<Listener> found = new ArrayList<>();
        addFrom("tcp", wanted, found);
        addFrom("tcp6", wanted, found);
        return List.copyOf(found);
    }

    private static void addFrom(String table, IntPredicate wanted, List<Listener> found) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/net", table), StandardCharsets.ISO_8859_1)) {
                if (line.contains(LISTEN) && wanted.test(portOf(line))) {
                    found.add(parse(line));
                }
            }
        } catch (IOException e) {
            return; // a machine without IPv6
        }
    }

    /** Those that listen on the port. */
    public static List<Listener> on(int port) {
        return those(each -> each == port);
    }

    /** Those that listen on one of the ports. */
    public static List<Listener> on(Set<Integer> ports) {
        return those(ports::contains);
    }

    /** Looked at first: there may be thousands of lines, and all else of a line costs ten times as much. */
    private static int portOf(String line) {
        int colon = line.indexOf(':', line.indexOf(':') + 1);
        return Integer.parseInt(line, colon + 1, line.indexOf(' ', colon), 16);
    }

    static Listener parse(String line) throws UnknownHostException {
        String[] fields = line.strip().split("\\s+", -1);
        String local = fields[1];
        int colon = local.indexOf(':');
        // Words of 32 bits, each printed as a number of this machine's byte order.
        ByteBuffer address = ByteBuffer.allocate(colon / 2).order(ByteOrder.nativeOrder());
        for (int i = 0; i < colon; i += 8) {
            address.putInt(Integer.parseUnsignedInt(local.substring(i, i + 8), 16));
        }
        return new Listener(
                InetAddress.getByAddress(address.array()),
                Integer.parseInt(local.substring(colon + 1), 16),
                Long.parseLong(fields[9]));
    }

    /** The inodes of all sockets that a process has open; none if it is gone or another user's. */
    public static Set<Long> socketsOf(long pid) {
        Set<Long> inodes = new HashSet<>();
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "fd"))) {
            for (Path descriptor : descriptors) {
                readSocket(descriptor, inodes::add);
            }
        } catch (IOException | DirectoryIteratorException e) {
            return inodes;
        }
        return inodes;
    }

    private static void readSocket(Path descriptor, LongConsumer found) {
        try {
            String target = Files.readSymbolicLink(descriptor).toString();
            if (target.startsWith("socket:[")) {
                found.accept(Long.parseLong(target.substring("socket:[".length(), target.length() - 1)));
            }
        } catch (IOException e) {
            return; // closed meanwhile
        }
    }
}
