package dev.tinyserv.agent.keys;

import dev.tinyserv.buildpacks.base.Printable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What sshd_config(5) calls StrictModes: a file of keys counts only if nobody but its owner can write it, or put
 * another file in its place. The check looks at the file, at the folder that the file lies in, and, where the file is a
 * link, at the folders that the link leads to, one link after the other. It does not look at the parents of these
 * folders. File and folders have to belong to the user of this process, or to root.
 */
final class StrictModes {
    private static final int WRITABLE_BY_OTHERS = 0022;
    private static final int ROOT = 0;

    /** As many links as the kernel follows, see path_resolution(7). */
    private static final int MOST_LINKS = 40;

    private StrictModes() {}

    /** Why the file does not count, with the command that mends this; empty if the file counts, or is not there. */
    static Optional<String> complaint(Path file) {
        try {
            int ours = (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
            for (Path path : places(file)) {
                String complaint = complaint(path, Files.readAttributes(path, "unix:mode,uid"), ours);
                if (complaint != null) {
                    return Optional.of(complaint);
                }
            }
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("the owner and mode of " + Printable.escaped(file.toString()) + " cannot be read");
        }
        return Optional.empty();
    }

    /**
     * The places to check: the file, and each folder that the file, or a link on the way to it, lies in. Links are
     * followed one by one, so the folders of a chain of links that leads nowhere are among them.
     */
    static Set<Path> places(Path file) {
        Set<Path> places = new LinkedHashSet<>();
        Path step = file.toAbsolutePath();
        for (int links = 0; links < MOST_LINKS; links++) {
            Path folder = step.getParent();
            if (folder == null) {
                return places;
            }
            try {
                Path real = folder.toRealPath();
                places.add(real);
                step = real.resolve(Files.readSymbolicLink(step));
            } catch (NotLinkException e) {
                places.add(file);
                return places;
            } catch (IOException e) {
                return places;
            }
        }
        return places;
    }

    private static @Nullable String complaint(Path path, Map<String, Object> attributes, int ours) {
        int owner = (Integer) attributes.getOrDefault("uid", ROOT);
        int mode = (Integer) attributes.getOrDefault("mode", 0);
        String name = Printable.escaped(path.toString());
        if (owner != ours && owner != ROOT) {
            return name + " belongs to the user with the number " + owner + "; run: chown " + ours + " " + name;
        }
        if ((mode & WRITABLE_BY_OTHERS) != 0) {
            return name + " can be written by others than its owner; run: chmod go-w " + name;
        }
        return null;
    }
}
