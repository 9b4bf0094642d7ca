package dev.tinyserv.cli.remote;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The place of connections that ssh keeps for the next call: sockets in a folder that only the user can open. Without
 * such a folder no connection is kept.
 */
final class SharedConnections {
    /** Our mark, the 40 characters that ssh puts for %C, and 17 more in the name that it creates first. */
    private static final int SOCKET_NAME = 1 + SshProgram.MAX_MARK + 40 + 17;
    /** A Unix socket's path, on the system that allows the least (macOS). */
    private static final int MAX_PATH = 103;
    /** What neither ssh's options nor its % tokens give a meaning to. */
    private static final Pattern PLAIN = Pattern.compile("/[A-Za-z0-9._/+@-]*");

    private SharedConnections() {}

    /**
     * The value for ControlPath, or null when connections cannot be shared here.
     *
     * @param mark tells connections of different ssh programs apart, which may use other keys
     */
    static @Nullable Path controlPath(Surroundings surroundings, String mark) {
        if (Surroundings.isWindows()) {
            return null;
        }
        String user = System.getProperty("user.name", "");
        Path folder = usable(cacheFolder(surroundings), user);
        if (folder == null) {
            folder = usable(Path.of(System.getProperty("java.io.tmpdir", "/tmp"), "tinyserv-" + user), user);
        }
        return folder == null ? null : folder.resolve(mark + "%C");
    }

    /** Whether a connection may be kept there now. Only ssh knows its %C, so any socket with the mark counts. */
    static boolean mayBeKept(Path controlPath) {
        String mark = String.valueOf(controlPath.getFileName()).replace("%C", "");
        try (Stream<Path> kept = Files.list(controlPath.resolveSibling("."))) {
            return kept.anyMatch(each -> String.valueOf(each.getFileName()).startsWith(mark));
        } catch (IOException | UncheckedIOException e) {
            return false; // the folder is gone, and its connections with it
        }
    }

    private static @Nullable Path cacheFolder(Surroundings surroundings) {
        String cache = surroundings.variable("XDG_CACHE_HOME");
        String home = surroundings.variable("HOME");
        try {
            if (cache != null) {
                return Path.of(cache, "tinyserv");
            }
            return home == null ? null : Path.of(home, ".cache", "tinyserv");
        } catch (InvalidPathException e) {
            return null;
        }
    }

    private static @Nullable Path usable(@Nullable Path folder, String user) {
        if (folder == null || !isFit(folder.toString())) {
            return null;
        }
        try {
            if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                var ours = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
                Files.createDirectories(folder.getParent());
                Files.createDirectory(folder, ours);
            }
            return isPrivate(folder, user) ? folder : null;
        } catch (IOException | UnsupportedOperationException e) {
            return null;
        }
    }

    private static boolean isFit(String folder) {
        int length = folder.getBytes(StandardCharsets.UTF_8).length;
        return length + SOCKET_NAME <= MAX_PATH && PLAIN.matcher(folder).matches();
    }

    private static boolean isPrivate(Path folder, String user) throws IOException {
        PosixFileAttributes found = Files.readAttributes(folder, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        return found.isDirectory()
                && found.owner().getName().equals(user)
                && PosixFilePermissions.toString(found.permissions()).equals("rwx------");
    }
}
