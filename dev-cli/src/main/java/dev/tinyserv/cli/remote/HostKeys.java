package dev.tinyserv.cli.remote;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The keys by which a server is known here, by their type.
 *
 * @param byType the keys in base64 by type, such as {@code ssh-ed25519}
 */
record HostKeys(Map<String, Set<String>> byType) {
    private static final int MAX_LINE = 16 * 1024;

    /** Those that ssh would believe, from its files of known hosts; a file that cannot be read holds none. */
    static HostKeys known(SshConfiguration ssh, Surroundings surroundings) {
        Map<String, Set<String>> keys = new TreeMap<>();
        for (String file : ssh.knownHosts()) {
            if (Files.isReadable(Path.of(file))) {
                // It knows names that are hashed, and patterns.
                List<String> find = List.of("ssh-keygen", "-F", ssh.knownAs(), "-f", file);
                LocalAnswer.of(surroundings, find, Redirect.DISCARD)
                        .text()
                        .lines()
                        .forEach(line -> add(keys, line, 1));
            }
        }
        return new HostKeys(keys);
    }

    /** The key of the agent on this machine with this TINYSERV_ROOT; none when it cannot be read. */
    static HostKeys ofThisMachine(@Nullable Path root) {
        Map<String, Set<String>> keys = new TreeMap<>();
        if (root != null) {
            Path file = root.resolve("host-keys").resolve("ssh_host_ed25519_key.pub");
            try (var in = Files.newInputStream(file)) {
                add(keys, new String(in.readNBytes(MAX_LINE), StandardCharsets.UTF_8), 0);
            } catch (IOException e) {
                return new HostKeys(Map.of());
            }
        }
        return new HostKeys(keys);
    }

    /** Adds the key of a line; comments have none, and lines with a mark such as @revoked name no server's own. */
    private static void add(Map<String, Set<String>> keys, String line, int type) {
        String[] words = line.strip().split("[ \t]+", -1);
        if (words.length > type + 1 && !line.startsWith("#") && !line.startsWith("@")) {
            keys.computeIfAbsent(words[type], unused -> new HashSet<>()).add(words[type + 1]);
        }
    }

    /**
     * Whether both are the keys of one server: exactly one equal key of each type that both have. Where a name has two
     * keys of a type, one is another server's, or was.
     */
    boolean areThoseOf(HostKeys other) {
        Set<String> types = new HashSet<>(byType.keySet());
        types.retainAll(other.byType.keySet());
        return !types.isEmpty()
                && types.stream()
                        .allMatch(type -> byType.getOrDefault(type, Set.of()).size() == 1
                                && byType.getOrDefault(type, Set.of()).equals(other.byType.get(type)));
    }
}
