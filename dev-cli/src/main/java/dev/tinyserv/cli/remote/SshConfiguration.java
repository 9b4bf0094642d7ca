package dev.tinyserv.cli.remote;

import java.lang.ProcessBuilder.Redirect;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How ssh would connect to an address, as {@code ssh -G} prints it.
 *
 * @param host the host's name or address, after ssh's configuration
 * @param way the jump hosts, behind which a name may mean another host
 * @param knownAs the name under which the host's key is kept
 * @param knownHosts the files that may hold its key
 */
record SshConfiguration(String host, String port, String way, String knownAs, List<String> knownHosts) {
    /** Asks ssh; null when it does not tell, as programs other than OpenSSH. */
    static @Nullable SshConfiguration of(ServerAddress address, SshProgram ssh, Surroundings surroundings) {
        List<String> command = ssh.configuration(address);
        LocalAnswer answer = command == null ? null : LocalAnswer.of(surroundings, command, Redirect.DISCARD);
        return answer == null || answer.status() != 0 ? null : read(answer.text());
    }

    private static @Nullable SshConfiguration read(String text) {
        Map<String, String> values = new HashMap<>();
        for (String line : text.lines().toList()) {
            int space = line.indexOf(' ');
            if (space > 0) {
                values.put(line.substring(0, space).toLowerCase(Locale.ROOT), line.substring(space + 1));
            }
        }
        String host = values.getOrDefault("hostname", "").toLowerCase(Locale.ROOT);
        String port = values.getOrDefault("port", "");
        if (host.isEmpty() || port.isEmpty()) {
            return null;
        }
        String name = port.equals("22") ? host : "[" + host + "]:" + port;
        return new SshConfiguration(
                host,
                port,
                values.getOrDefault("proxyjump", "") + "\n" + values.getOrDefault("proxycommand", ""),
                values.getOrDefault("hostkeyalias", name),
                Stream.of("userknownhostsfile", "globalknownhostsfile")
                        .flatMap(files -> files(values.getOrDefault(files, "")))
                        .toList());
    }

    /** Names are not quoted there; each begins with a slash, so one with a space in it is still told from two. */
    private static Stream<String> files(String names) {
        return Stream.of(names.split(" (?=/)", -1)).filter(name -> name.startsWith("/"));
    }

    /** Whether both lead to the same port of the same host. */
    boolean isSamePlace(SshConfiguration other) {
        return host.equals(other.host) && port.equals(other.port) && way.equals(other.way);
    }
}
